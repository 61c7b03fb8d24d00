import { z } from "zod";

/** The match or skip of one event for one target. */
export const decisionWire = z
  .strictObject({
    target: z.string().meta({ description: "The target as one text, the same in every revision of the catalog." }),
    partner_id: z.string(),
    configurator: z.string().nullable(),
    mapping_id: z.string().nullable(),
    outcome: z.enum(["match", "skip"]),
    reason: z.string().nullable().meta({ description: "The first reason that applies; null for a match." }),
  })
  .meta({ id: "Decision" });
export type DecisionWire = z.output<typeof decisionWire>;
