import { z } from "zod";
import { attemptOutcomes, networkFaults } from "#src/core/postbacks/attempt.ts";
import { cancelReasons, deadReasons, httpMethods, postbackStates } from "#src/core/postbacks/postback.ts";
import { timeWire } from "./list-query.ts";

const headerWire = z.strictObject({ name: z.string(), value: z.string() });

export const requestWire = z
  .strictObject({
    method: z.enum(httpMethods),
    url: z.string(),
    headers: z.array(headerWire),
    body: z.string().nullable(),
  })
  .meta({ id: "RenderedRequest", description: "Where a secret is put in at the attempt stands `{secret:name}`." });
export type RequestWire = z.output<typeof requestWire>;

export const attemptWire = z
  .strictObject({
    number: z.int(),
    outcome: z.enum(attemptOutcomes),
    spent: z.boolean().meta({ description: "False for faults of our own and for a breaker's probes." }),
    started_at: timeWire,
    duration_ms: z.number(),
    phases: z.strictObject({
      lookup_ms: z.number().nullable(),
      connect_ms: z.number().nullable(),
      first_byte_ms: z.number().nullable(),
    }),
    remote_address: z.string().nullable(),
    response: z
      .strictObject({
        status: z.int(),
        headers: z.array(headerWire),
        body: z.string(),
        body_truncated: z.boolean(),
        retry_after_s: z.number().nullable(),
      })
      .nullable(),
    fault: z.strictObject({ code: z.enum(networkFaults), message: z.string() }).nullable(),
    unmet: z
      .strictObject({
        test: z.enum(["statuses", "body"]).meta({ description: "The member of the success test." }),
        expected: z.string().meta({ description: 'Such as `must not be "error"`.' }),
        actual: z.string().meta({ description: 'Such as `/result/status was "ERROR"`.' }),
        set_by: z.string().meta({
          description:
            "The success test, its path told by ids: `partners[example_network].success`, `apps[com.example.game].rules[signups].success`.",
        }),
      })
      .nullable()
      .meta({
        description:
          "What of the success test the answer did not meet, by the test of its time; null where it met it, or none was heard.",
      }),
  })
  .meta({ id: "Attempt" });
export type AttemptWire = z.output<typeof attemptWire>;

const summary = {
  id: z.string(),
  event_id: z.string().meta({ description: "Carom's id of the event." }),
  event_name: z.string(),
  app_id: z.string(),
  kind: z.enum(["integration", "rule"]),
  partner_id: z.string().nullable().meta({ description: "null for a rule." }),
  rule_id: z.string().nullable().meta({ description: "null for an integration." }),
  receiver_id: z.string(),
  target: z.string(),
  state: z.enum(postbackStates),
  reason: z.enum([...deadReasons, ...cancelReasons]).nullable(),
  held: z
    .strictObject({
      reason: z.enum(["paused", "off", "removed", "breaker_open"]),
      by: z.string().nullable().meta({
        description:
          "What is paused or whose breaker it is: `everything`, `partner <id>`, `host <name>`; null for `off`.",
      }),
      until: timeWire.nullable().meta({ description: "When an open breaker lets a probe go." }),
    })
    .nullable()
    .meta({ description: "Of one that waits: what keeps its receiver from being sent to now. It costs no attempt." }),
  attempts: z.int(),
  redelivery: z.int(),
  created_at: timeWire,
  due_at: timeWire.nullable(),
  expires_at: timeWire.nullable(),
  ended_at: timeWire.nullable(),
  last_status: z.int().nullable(),
  method: z.enum(httpMethods),
  url: z.string(),
};
export const postbackSummaryWire = z.strictObject(summary).meta({ id: "PostbackSummary" });
export type PostbackSummaryWire = z.output<typeof postbackSummaryWire>;

export const postbackWire = z
  .strictObject({
    ...summary,
    request: requestWire,
    render_message: z.string().nullable(),
    attempt_log: z.array(attemptWire),
  })
  .meta({ id: "Postback" });
export type PostbackWire = z.output<typeof postbackWire>;
