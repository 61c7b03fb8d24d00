import { z } from "zod";
import { cancelReasons, deadReasons, postbackStates } from "#src/core/postbacks/postback.ts";
import { decisionWire, recordedDecisionWire } from "./decision-wire.ts";
import { timeWire } from "./list-query.ts";

export const explanationWire = z
  .strictObject({
    decision: decisionWire,
    steps: z.array(
      z.strictObject({
        reason: z.string().meta({
          description:
            "The skip reason that the step looks for; `render_error` looks for what makes a match a dead postback.",
        }),
        passed: z.boolean(),
        expected: z.string(),
        actual: z.string(),
        set_by: z.string().nullable().meta({
          description:
            "The setting that was looked at, its path told by ids: `apps[com.example.game].integrations[example_network].active`. An agency's integration is `[partner:agency]`.",
        }),
        fix: z.string().nullable().meta({
          description: "What to change so that it is sent, where that can be told of this very event; else null.",
        }),
        set_at: timeWire.nullable().meta({
          description:
            "When the part of the catalog that the setting stands in (integration, rule, partner, app, grant) was last changed; null where none was looked at, or it is gone.",
        }),
      }),
    ),
  })
  .meta({ id: "Explanation" });
export type ExplanationWire = z.output<typeof explanationWire>;

const explainedPostbackWire = z
  .strictObject({
    id: z.string(),
    target: z.string(),
    made_by: z.enum(["decision", "backfill", "redelivery"]).meta({
      description: "The decision about the event, or what was done later: a backfill also sends what was skipped.",
    }),
    state: z.enum(postbackStates),
    reason: z.enum([...deadReasons, ...cancelReasons]).nullable(),
    created_at: timeWire,
  })
  .meta({ id: "ExplainedPostback" });
export type ExplainedPostbackWire = z.output<typeof explainedPostbackWire>;

export const explanationsWire = z
  .strictObject({
    event_id: z.string().nullable().meta({ description: "Carom's id; null for an event that is not stored." }),
    app_id: z.string(),
    at: z.enum(["then", "now"]),
    erased: z.boolean().meta({
      description: "Its person asked to be forgotten: what was decided stays recorded, and cannot be explained.",
    }),
    explanations: z
      .array(explanationWire)
      .nullable()
      .meta({ description: "Null when the app or the catalog of then is gone, or the event was erased." }),
    recorded: z.array(recordedDecisionWire).nullable().meta({ description: "What was recorded; only with `then`." }),
    differs: z
      .array(z.string())
      .nullable()
      .meta({ description: "Targets whose recorded decision today's program would not make again; only with `then`." }),
    postbacks: z.array(explainedPostbackWire).nullable().meta({
      description: "Every postback of a stored event, later ones too, the oldest first; null where none is stored.",
    }),
  })
  .meta({ id: "Explanations" });
export type ExplanationsWire = z.output<typeof explanationsWire>;
