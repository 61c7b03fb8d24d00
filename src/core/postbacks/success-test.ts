import type { AttemptOutcome, Exchange, NetworkFault, TestedBody, UnmetTest } from "./attempt.ts";
import { unmetByBody } from "./body-test.ts";
import type { SuccessTest } from "./receiver.ts";
import type { RetryPolicy, StatusRange } from "./retry-policy.ts";
import { statusRangeText } from "./status-range-text.ts";

export type Judgement = {
  readonly outcome: AttemptOutcome;
  /** Our own fault, or the operator's: it spends no attempt, and says nothing of the receiver. */
  readonly ours: boolean;
  readonly timedOut: boolean;
  readonly unmet: UnmetTest | null;
};

/** What was heard of one try. `testedBody` is there where more of the body was read than is kept. */
type Heard = { readonly exchange: Exchange; readonly testedBody?: TestedBody };

/** What an exchange means for its postback, by the receiver's success test and retry policy. */
export function judgeExchange(heard: Heard, success: SuccessTest, policy: RetryPolicy): Judgement {
  const { answer } = heard.exchange;
  if (answer.kind === "fault") return { ...judgeFault(answer.fault, policy), unmet: null };
  const { status } = answer;
  const heardOnTime = { ours: false, timedOut: false };
  if (!isIn(status, success.statuses)) {
    const outcome = isIn(status, policy.retryOn.statuses) ? "retryable" : "permanent";
    return { outcome, ...heardOnTime, unmet: unmetByStatus(status, success) };
  }
  if (success.body.kind === "any") return { outcome: "delivered", ...heardOnTime, unmet: null };
  const body = heard.testedBody ?? { text: answer.body, isCut: answer.bodyTruncated };
  const unmet = unmetByBody(body, success.body);
  if (unmet === null) return { outcome: "delivered", ...heardOnTime, unmet };
  // A body that means no is the receiver's last word: it has read the request, and would say it again.
  return { outcome: "permanent", ...heardOnTime, unmet: { test: "body", ...unmet } };
}

const unmetByStatus = (status: number, { statuses }: SuccessTest): UnmetTest => ({
  test: "statuses",
  expected: `must be ${statuses.map(statusRangeText).join(" or ")}`,
  actual: `the status was ${status}`,
});

const isIn = (status: number, ranges: readonly StatusRange[]): boolean =>
  ranges.some(([from, to]) => status >= from && status <= to);

function judgeFault(fault: NetworkFault, { retryOn }: RetryPolicy): Omit<Judgement, "unmet"> {
  switch (whoseFault[fault]) {
    case "ours":
      return { outcome: "retryable", ours: true, timedOut: false };
    case "template":
      return { outcome: "permanent", ours: false, timedOut: false };
    case "network":
      return { outcome: retryOn.networkError ? "retryable" : "permanent", ours: false, timedOut: false };
    case "timeout":
      return { outcome: retryOn.timeout ? "retryable" : "permanent", ours: false, timedOut: true };
  }
}

/**
 * An address that the guard refuses is a network error: names move, and the operator may allow it
 * while the postback waits. A missing secret is the operator's to put back, not the partner's to pay for.
 * A deadline that came before there was a connection to send on: the receiver was never asked.
 */
const whoseFault: Readonly<Record<NetworkFault, "ours" | "template" | "network" | "timeout">> = {
  name_not_found: "network",
  name_lookup_failed: "ours",
  address_refused: "network",
  connect_refused: "network",
  connect_timeout: "timeout",
  tls_failed: "network",
  reset: "network",
  headers_timeout: "timeout",
  body_timeout: "timeout",
  deadline: "ours",
  bad_response: "network",
  secret_missing: "ours",
  request_invalid: "template",
  no_socket: "ours",
  sender_crashed: "ours",
};
