import type { AttemptWire, PostbackSummaryWire, PostbackWire, RequestWire } from "#src/contract/postback-wire.ts";
import { timeText, timeTextOrNull } from "#src/contract/wire-time.ts";
import type { ReceiverId } from "#src/core/ids.ts";
import { invariant } from "#src/core/invariant.ts";
import type { Attempt, Exchange } from "#src/core/postbacks/attempt.ts";
import type { RenderedRequest } from "#src/core/postbacks/postback.ts";
import { ownerOfReceiver } from "#src/core/postbacks/target-key.ts";
import { fillSecretMarks, hasSecretMark } from "#src/core/templates/secret-mark.ts";
import { fillSignatureMarks } from "#src/core/templates/signature-mark.ts";
import type { Engine, Held } from "#src/engine/engine.ts";
import type { PostbackDetail, PostbackSummary } from "#src/ports/delivery-log.ts";

type HeldBy = Engine["heldBy"];

export const postbackSummaryAnswer = (found: PostbackSummary, heldBy: HeldBy): PostbackSummaryWire => ({
  id: found.postback.id,
  event_id: found.postback.eventId,
  event_name: found.eventName,
  app_id: found.appId,
  kind: found.ruleId === null ? "integration" : "rule",
  partner_id: found.partnerId,
  rule_id: found.ruleId,
  receiver_id: found.postback.receiverId,
  target: found.postback.targetKey,
  state: found.state,
  reason: found.reason,
  held: found.state === "pending" ? heldAnswer(heldBy(found.postback.receiverId)) : null,
  attempts: found.attempts,
  redelivery: found.postback.redelivery,
  created_at: timeText(found.postback.createdAt),
  due_at: timeTextOrNull(found.dueAt),
  expires_at: timeTextOrNull(found.postback.expiresAt),
  ended_at: timeTextOrNull(found.endedAt),
  last_status: found.lastStatus,
  method: found.postback.request.method,
  url: withNamedSecrets(found.postback.request.url),
});

const heldAnswer = (held: Held | null): PostbackSummaryWire["held"] =>
  held === null ? null : { ...held, until: timeTextOrNull(held.until) };

export const postbackAnswer = (detail: PostbackDetail, heldBy: HeldBy): PostbackWire => ({
  ...postbackSummaryAnswer(detail, heldBy),
  request: requestAnswer(detail.request),
  render_message: detail.renderMessage,
  attempt_log: detail.attemptLog.map((attempt) => attemptAnswer(attempt, detail.postback.receiverId)),
});

export const requestAnswer = ({ method, url, headers, body }: RenderedRequest): RequestWire => ({
  method,
  url: withNamedSecrets(url),
  headers: headerPairs(headers),
  body: body === null ? null : withNamedSecrets(body),
});

export const attemptAnswer = (
  { number, outcome, spent, exchange, unmet }: Attempt,
  receiver: ReceiverId,
): AttemptWire => ({
  number,
  outcome,
  spent,
  started_at: timeText(exchange.startedAt),
  duration_ms: exchange.durationMs,
  phases: {
    lookup_ms: exchange.phases.lookupMs,
    connect_ms: exchange.phases.connectMs,
    first_byte_ms: exchange.phases.firstByteMs,
  },
  remote_address: exchange.remoteAddress,
  ...heard(exchange.answer),
  unmet: unmet === null ? null : { ...unmet, set_by: successPath(receiver) },
});

const successPath = (receiver: ReceiverId): string => {
  const owner = ownerOfReceiver(receiver);
  invariant(owner !== null, `${receiver} is a receiver`);
  const { appId, partnerId, ruleId } = owner;
  return `${ruleId === null ? `partners[${partnerId}]` : `apps[${appId}].rules[${ruleId}]`}.success`;
};

const heard = (answer: Exchange["answer"]): Pick<AttemptWire, "response" | "fault"> => {
  switch (answer.kind) {
    case "response":
      return {
        response: {
          status: answer.status,
          headers: headerPairs(answer.headers),
          body: answer.body,
          body_truncated: answer.bodyTruncated,
          retry_after_s: answer.retryAfterS,
        },
        fault: null,
      };
    case "fault":
      return { response: null, fault: { code: answer.fault, message: answer.message } };
  }
};

/** What is kept has marks in the place of secrets and signatures; people see their names. */
export const withNamedSecrets = (text: string): string => {
  if (!hasSecretMark(text)) return text;
  const named = fillSecretMarks(text, ({ name, hashed }) => `{${hashed === null ? "secret" : "hmac"}:${name}}`);
  return fillSignatureMarks(named, (mark) =>
    mark.kind === "attempt_time" ? "{attempt_time}" : `{signature:${mark.secret}}`,
  );
};

const headerPairs = (flat: readonly string[]): RequestWire["headers"] => {
  const pairs: RequestWire["headers"] = [];
  for (let index = 0; index + 1 < flat.length; index += 2)
    pairs.push({ name: flat[index] ?? "", value: withNamedSecrets(flat[index + 1] ?? "") });
  return pairs;
};
