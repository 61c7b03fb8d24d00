import type { AttemptWire, PostbackWire } from "#src/contract/postback-wire.ts";
import type { Terminal } from "./terminal.ts";

/** `delivered`, `dead`, `held`, `waiting`, in its colour. */
export const postbackStateText = (
  { state, held }: Pick<PostbackWire, "state" | "held">,
  terminal: Terminal,
): string => {
  switch (state) {
    case "delivered":
      return terminal.paint("good", state);
    case "dead":
      return terminal.paint("bad", state);
    case "cancelled":
      return terminal.paint("warn", state);
    case "pending":
    case "leased":
      return terminal.paint("warn", held === null ? "waiting" : "held");
  }
};

/** Whom it is for: a partner, or a rule of the app's own. */
export const receiverName = ({ partner_id, rule_id }: PostbackWire): string => partner_id ?? `rule ${rule_id}`;

/** How the last attempt went, what holds it, and when it is tried again. */
export const postbackWords = (postback: PostbackWire): string =>
  [
    postback.reason ?? "",
    postback.render_message ?? "",
    attemptWords(postback),
    heldWords(postback),
    nextWords(postback),
  ]
    .filter((words) => words !== "")
    .join(" ");

const attemptWords = ({ attempt_log }: PostbackWire): string => {
  const attempt = attempt_log.at(-1);
  if (attempt === undefined) return "";
  const answer = attempt.response === null ? faultWords(attempt.fault) : String(attempt.response.status);
  const number = attempt.number > 1 ? ` attempt ${attempt.number}` : "";
  const unmet = attempt.unmet === null || saysNoItself(attempt) ? "" : `: ${unmetWords(attempt.unmet)}`;
  return `${answer} in ${Math.round(attempt.duration_ms)} ms${number}${unmet}`;
};

/** A status of an error needs no explanation beside it; of a 200 that means no, or a 302, one must know what was asked. */
const saysNoItself = ({ response, unmet }: AttemptWire): boolean =>
  unmet?.test === "statuses" && (response?.status ?? 0) >= 400;

/** `success.body: /status was "ERROR", must not be "error"; set by partners[north].success`. */
export const unmetWords = ({ test, expected, actual, set_by }: NonNullable<AttemptWire["unmet"]>): string =>
  `success.${test}: ${actual}, ${expected}; set by ${set_by}`;

/** What an operator can mend says how; of the rest the code says it all. */
const faultWords = (fault: PostbackWire["attempt_log"][number]["fault"]): string => {
  switch (fault?.code) {
    case "address_refused":
    case "secret_missing":
    case "request_invalid":
      return `${fault.code} (${fault.message})`;
    default:
      return fault?.code ?? "";
  }
};

const heldWords = ({ held }: PostbackWire): string => {
  switch (held?.reason) {
    case undefined:
      return "";
    case "paused":
      return `paused: ${held?.by ?? ""}`;
    case "off":
      return "switched off";
    case "removed":
      return "its integration is no more";
    case "breaker_open":
      return `breaker open: ${held?.by ?? ""}`;
  }
};

const nextWords = ({ due_at, held }: PostbackWire): string => {
  const at = held?.until ?? (held === null ? due_at : null);
  return at === null ? "" : `next at ${clockTime(at)}`;
};

/** Local time of the day, as a person beside the terminal reads it. */
export const clockTime = (iso: string): string => new Date(iso).toLocaleTimeString("sv");
