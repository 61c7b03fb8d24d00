import { z } from "zod";
import { eventTypes } from "#src/core/events/event.ts";
import { conversionKinds } from "#src/core/installs/install-record.ts";
import { decisionWire, recordedDecisionWire } from "./decision-wire.ts";
import { timeWire } from "./list-query.ts";

/** One stored event with what was decided about it. */
export const eventWire = z
  .strictObject({
    id: z.string(),
    app_id: z.string(),
    event_id: z.string().nullable().meta({ description: "The client's own id." }),
    event_type: z.enum(eventTypes),
    event_name: z.string(),
    event_time: timeWire,
    received_at: timeWire,
    is_test: z.boolean(),
    sender_ip: z.string().nullable(),
    ip_country: z
      .string()
      .nullable()
      .meta({ description: "The country of the device's address at arrival, where the event told none itself." }),
    enrichment: z
      .strictObject({
        version: z.int(),
        conversion_at: timeWire,
        conversion_kind: z.enum(conversionKinds),
        fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
        lifecycle: z
          .record(z.string(), z.string())
          .meta({ description: "Facts of the device's life with the app, by Adobe's names." }),
      })
      .nullable()
      .meta({ description: "What the install record added, frozen when the event was decided." }),
    decisions: z.array(recordedDecisionWire),
    postback_ids: z.array(z.string()),
    source: z.unknown().meta({ description: "The event exactly as it came." }),
  })
  .meta({ id: "StoredEvent" });
export type EventWire = z.output<typeof eventWire>;

const rejectedEventWire = z.strictObject({
  index: z.int().meta({ description: "Place among the events of the request, counted from 0; blank lines are none." }),
  line: z.int().optional().meta({ description: "Of NDJSON, the line of the body, counted from 1." }),
  code: z.string(),
  message: z.string(),
  errors: z
    .array(z.strictObject({ path: z.string(), code: z.string(), message: z.string() }))
    .optional()
    .meta({ description: "All problems, where there is more than one." }),
});

export const acceptedWire = z
  .strictObject({
    accepted: z.int(),
    duplicates: z.int(),
    rejected: z.array(rejectedEventWire),
    ids: z.array(z.string().nullable()).meta({
      description: "One for each event in order: Carom's id, of a duplicate the first one's, null where rejected.",
    }),
    decided: z.boolean().optional(),
    decisions: z
      .array(z.array(decisionWire).nullable())
      .optional()
      .meta({ description: "With `explain=true`: one list for each event in order, null where it was not accepted." }),
  })
  .meta({ id: "Accepted" });
