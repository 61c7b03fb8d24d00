import { valueAtPointer } from "#src/core/json/json-pointer.ts";
import type { AttemptOutcome, Exchange, NetworkFault, TestedBody } from "./attempt.ts";
import type { SuccessTest } from "./receiver.ts";
import type { RetryPolicy, StatusRange } from "./retry-policy.ts";

export type Judgement = {
  readonly outcome: AttemptOutcome;
  /** Our own fault, or the operator's: it spends no attempt, and says nothing of the receiver. */
  readonly ours: boolean;
  readonly timedOut: boolean;
};

/** What was heard of one try. `testedBody` is there where more of the body was read than is kept. */
type Heard = { readonly exchange: Exchange; readonly testedBody?: TestedBody };

/** What an exchange means for its postback, by the receiver's success test and retry policy. */
export function judgeExchange(heard: Heard, success: SuccessTest, policy: RetryPolicy): Judgement {
  const { answer } = heard.exchange;
  if (answer.kind === "fault") return judgeFault(answer.fault, policy);
  const { status } = answer;
  if (isIn(status, success.statuses)) {
    // A body that means no is the receiver's last word: it has read the request, and would say it again.
    const body = heard.testedBody ?? { text: answer.body, isCut: answer.bodyTruncated };
    const isHeard = saysYes(body, success.body);
    return { outcome: isHeard ? "delivered" : "permanent", ours: false, timedOut: false };
  }
  return { outcome: isIn(status, policy.retryOn.statuses) ? "retryable" : "permanent", ours: false, timedOut: false };
}

const isIn = (status: number, ranges: readonly StatusRange[]): boolean =>
  ranges.some(([from, to]) => status >= from && status <= to);

function judgeFault(fault: NetworkFault, { retryOn }: RetryPolicy): Judgement {
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

/**
 * Of a body that was cut the rest is not known: a postback that may have been refused is not delivered. So no test for
 * what a body does not say passes then, and none of the whole of it.
 */
function saysYes({ text, isCut }: TestedBody, test: SuccessTest["body"]): boolean {
  if (test.kind === "any") return true;
  const inCase = (said: string): string => (test.ignoresCase ? said.toLowerCase() : said);
  switch (test.kind) {
    case "contains":
      return inCase(text).includes(inCase(test.text));
    case "not_contains":
      return !isCut && !inCase(text).includes(inCase(test.text));
    case "equals":
      return !isCut && inCase(text.trim()) === inCase(test.text.trim());
    case "not_equals":
      return !isCut && inCase(text.trim()) !== inCase(test.text.trim());
    case "json":
      return isAtPointer(text, test, inCase);
    case "not_json":
      return !isCut && !isAtPointer(text, test, inCase);
  }
}

const isAtPointer = (
  text: string,
  { pointer, value }: { readonly pointer: string; readonly value: string },
  inCase: (said: string) => string,
): boolean => {
  // Trimmed of a byte order mark too, which no JSON may begin with and some receivers send.
  const found = valueAtPointer(text.trim(), pointer);
  return found !== null && inCase(found) === inCase(value);
};
