import type { PostbackWire } from "#src/contract/postback-wire.ts";

/** A postback as the API answers it: delivered at the first attempt, unless told otherwise. */
export const aPostbackWire = (parts: Partial<PostbackWire> = {}): PostbackWire => ({
  id: "019bb8a4-7c3e-7d0b-9e57-2f3f7a1c9d10-d6fc8a7ee391",
  event_id: "019bb8a4-7c3e-7d0b-9e57-2f3f7a1c9d10",
  event_name: "purchase",
  app_id: "com.example.game",
  kind: "integration",
  partner_id: "north",
  rule_id: null,
  receiver_id: "integration:com.example.game:north",
  target: "integration:north/m1",
  state: "delivered",
  reason: null,
  held: null,
  attempts: 1,
  redelivery: 0,
  created_at: "2026-01-14T12:00:00.000Z",
  due_at: null,
  expires_at: null,
  ended_at: "2026-01-14T12:00:01.000Z",
  last_status: 200,
  method: "GET",
  url: "https://north.example/",
  request: { method: "GET", url: "https://north.example/", headers: [], body: null },
  render_message: null,
  attempt_log: [anAttemptWire()],
  ...parts,
});

export const anAttemptWire = (
  parts: Partial<PostbackWire["attempt_log"][number]> = {},
): PostbackWire["attempt_log"][number] => ({
  number: 1,
  outcome: "delivered",
  spent: true,
  started_at: "2026-01-14T12:00:00.900Z",
  duration_ms: 25,
  phases: { lookup_ms: null, connect_ms: null, first_byte_ms: null },
  remote_address: null,
  response: { status: 200, headers: [], body: "", body_truncated: false, retry_after_s: null },
  fault: null,
  unmet: null,
  ...parts,
});
