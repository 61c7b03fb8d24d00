import type { EventWire } from "#src/contract/event-wire.ts";
import type { PostbackWire } from "#src/contract/postback-wire.ts";
import { type Followed, followedAt } from "./follow.ts";
import { clockTime, postbackStateText, postbackWords, receiverName } from "./postback-words.ts";
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
  if (codes.length === 0) return "no integration and no rule of this app";
  const sent = `${matches} to send`;
  return skips.length === 0 ? sent : `${sent}, ${skips.length} not (${[...new Set(skips)].join(", ")})`;
};

const postbackLine = (postback: PostbackWire, terminal: Terminal): string =>
  [
    terminal.paint("faint", clockTime(followedAt({ kind: "postback", postback }))),
    padded(postbackStateText(postback, terminal), stateWidth),
    terminal.paint("name", receiverName(postback)),
    postbackWords(postback),
    `${postback.request.method} ${postback.request.url}`,
    terminal.paint("faint", postback.id),
  ]
    .filter((words) => words !== "")
    .join(" ");
