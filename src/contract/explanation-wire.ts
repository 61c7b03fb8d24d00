import { z } from "zod";
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
        set_at: timeWire.nullable().meta({
          description: "When the catalog with that setting was saved; null where none was looked at, or it is gone.",
        }),
      }),
    ),
  })
  .meta({ id: "Explanation" });
export type ExplanationWire = z.output<typeof explanationWire>;

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
  })
  .meta({ id: "Explanations" });
export type ExplanationsWire = z.output<typeof explanationsWire>;
