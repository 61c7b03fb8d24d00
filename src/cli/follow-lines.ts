import type { EventWire } from "#src/contract/event-wire.ts";
import type { PostbackWire } from "#src/contract/postback-wire.ts";
import type { Followed } from "./follow.ts";
import type { Terminal } from "./terminal.ts";
import { padded } from "./text-table.ts";

const stateWidth = 10;

/** One line for what happened: time, what, to whom, and how it went. */
export const followLine = (followed: Followed, terminal: Terminal): string =>
  followed.kind === "event" ? eventLine(followed.event, terminal) : postbackLine(followed.postback, terminal);

const eventLine = (event: EventWire, terminal: Terminal): string =>
  [
    terminal.paint("faint", clockTime(event.received_at)),
    padded(terminal.paint("strong", "event"), stateWidth),
    terminal.paint("name", event.event_name),
    `of ${event.app_id}:`,
    decisionWords(event.decisions.map((decision) => decision.reason ?? "match")),
    terminal.paint("faint", event.id),
  ].join(" ");

/** `1 to send, 3 not (not_mapped, condition_unmet)`. */
const decisionWords = (codes: readonly string[]): string => {
  const matches = codes.filter((code) => code === "match").length;
  const skips = codes.filter((code) => code !== "match");
  if (codes.length === 0) return "no integration of this app";
  const sent = `${matches} to send`;
  return skips.length === 0 ? sent : `${sent}, ${skips.length} not (${[...new Set(skips)].join(", ")})`;
};

const postbackLine = (postback: PostbackWire, terminal: Terminal): string => {
  const attempt = postback.attempt_log.at(-1);
  const at = attempt?.started_at ?? postback.ended_at ?? postback.created_at;
  return [
    terminal.paint("faint", clockTime(at)),
    padded(stateText(postback, terminal), stateWidth),
    terminal.paint("name", postback.partner_id ?? `rule ${postback.rule_id}`),
    `${attemptWords(postback)}${postback.due_at === null ? "" : `, next at ${clockTime(postback.due_at)}`}`,
    `${postback.request.method} ${postback.request.url}`,
    terminal.paint("faint", postback.id),
  ].join(" ");
};

const stateText = ({ state }: PostbackWire, terminal: Terminal): string => {
  switch (state) {
    case "delivered":
      return terminal.paint("good", state);
    case "dead":
      return terminal.paint("bad", state);
    case "cancelled":
      return terminal.paint("warn", state);
    case "pending":
    case "leased":
      return terminal.paint("warn", "waiting");
  }
};

const attemptWords = (postback: PostbackWire): string => {
  const attempt = postback.attempt_log.at(-1);
  const reason = postback.reason === null ? "" : `${postback.reason} `;
  if (attempt === undefined) return `${reason}${postback.render_message ?? ""}`.trim();
  const answer = attempt.response === null ? (attempt.fault?.code ?? "") : String(attempt.response.status);
  const number = attempt.number > 1 ? ` attempt ${attempt.number}` : "";
  return `${reason}${answer} in ${Math.round(attempt.duration_ms)} ms${number}`;
};

/** Local time of the day, as a person beside the terminal reads it. */
const clockTime = (iso: string): string => new Date(iso).toLocaleTimeString("sv");
