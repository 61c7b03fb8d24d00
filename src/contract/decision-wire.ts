import { z } from "zod";
import { timeWire } from "./list-query.ts";

const decision = {
  target: z.string().meta({ description: "The target as one text, the same in every revision of the catalog." }),
  kind: z.enum(["integration", "rule"]),
  partner_id: z.string().nullable().meta({ description: "null for a rule." }),
  configurator: z.string().nullable(),
  mapping_id: z.string().nullable(),
  rule_id: z.string().nullable().meta({ description: "null for an integration." }),
  outcome: z.enum(["match", "skip"]),
  reason: z.string().nullable().meta({ description: "The first reason that applies; null for a match." }),
};

/** The match or skip of one event for one target. */
export const decisionWire = z.strictObject(decision).meta({ id: "Decision" });
export type DecisionWire = z.output<typeof decisionWire>;

/** The same as it was stored, with when and by what it was made. */
export const recordedDecisionWire = z
  .strictObject({
    ...decision,
    revision: z.int().meta({ description: "Revision of the catalog that decided." }),
    decided_at: timeWire,
  })
  .meta({ id: "RecordedDecision" });
export type RecordedDecisionWire = z.output<typeof recordedDecisionWire>;
