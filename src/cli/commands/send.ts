import { type AnswerOf, callRoute, type RouteAnswer } from "#src/cli/call-route.ts";
import type { CommandCall, RunCommand } from "#src/cli/command.ts";
import { EventArrayProblem } from "#src/cli/event-array.ts";
import { withApp } from "#src/cli/event-of-app.ts";
import type { EventText } from "#src/cli/event-text.ts";
import { type EventSource, openEventTexts } from "#src/cli/event-texts.ts";
import type { Exit } from "#src/cli/exit-codes.ts";
import { openProgressBar, type ProgressBar } from "#src/cli/progress-bar.ts";
import { connectToServer, type ServerConnection } from "#src/cli/server-connection.ts";
import { entryText, tellProblem } from "#src/cli/tell-problem.ts";
import { waitFor } from "#src/cli/waiting.ts";
import { eventRoutes } from "#src/contract/events-contract.ts";

const batchEventsDefault = 500;
const batchEventsMax = 1_000;
const batchBytesMax = 4 * 1024 * 1024;
const busyRetriesMax = 60;
const busyWaitMsMax = 60_000;
const rejectedShownMax = 20;

type GoodText = EventText & { readonly kind: "event" };
type Accepted = AnswerOf<typeof eventRoutes.sendEvents>;
type Tally = { accepted: number; duplicates: number; rejected: number; sent: number; shown: number };

export const runSend: RunCommand = async (call) => {
  const { given, terminal } = call;
  const batch = given.number("batch") ?? batchEventsDefault;
  if (batch < 1 || batch > batchEventsMax) {
    terminal.tell(`carom send: --batch takes 1 to ${batchEventsMax} events`);
    return "usage";
  }
  if (given.number("rate") === 0) {
    terminal.tell("carom send: --rate takes at least 1 event a second");
    return "usage";
  }
  if (given.positional(0) === null && call.terminal.stdin.isTTY === true)
    terminal.tell(terminal.paint("faint", "Reading events from this terminal; end with Ctrl-D."));
  const source = await openEventTexts(given.positional(0), terminal.stdin);
  const connection = connectToServer(call);
  const tally: Tally = { accepted: 0, duplicates: 0, rejected: 0, sent: 0, shown: 0 };
  const bar = openProgressBar(terminal, call.clock, "events");
  try {
    const exit = await sendAll({ call, connection, source, tally, bar, batch });
    bar.clear();
    printTally(call, tally);
    return exit ?? tallyExit(tally);
  } catch (error) {
    bar.clear();
    if (tally.sent + tally.rejected > 0) printTally(call, tally);
    if (!(error instanceof EventArrayProblem)) throw error;
    terminal.tell(`${terminal.paint("bad", "error")}  ${error.message}`);
    return "failed";
  } finally {
    connection.close();
  }
};

type Sending = {
  readonly call: CommandCall;
  readonly connection: ServerConnection;
  readonly source: EventSource;
  readonly tally: Tally;
  readonly bar: ProgressBar;
  readonly batch: number;
};

/** Answers how it ended where it ended early. */
const sendAll = async (sending: Sending): Promise<Exit | null> => {
  const { call, source, tally, bar } = sending;
  const rate = call.given.number("rate");
  const eventsMax = rate === null ? sending.batch : Math.min(sending.batch, rate);
  const startedAt = call.clock.monotonic();
  for await (const events of batches(goodTexts(sending), eventsMax)) {
    if (rate !== null) {
      const dueMs = startedAt + (tally.sent / rate) * 1000 - call.clock.monotonic();
      if (dueMs > 0) await waitFor(call.clock, dueMs, call.interrupted);
    }
    if (call.interrupted.aborted) return "interrupted";
    const exit = await sendBatch(sending, events);
    if (exit !== null) return exit;
    bar.show(tally.sent, source.bytesTotal === null ? null : source.bytesRead() / source.bytesTotal);
  }
  return null;
};

/** What is no event is told and counted, and the rest of the file goes on. */
async function* goodTexts(sending: Sending): AsyncIterable<GoodText> {
  for await (const found of sending.source.texts) {
    if (found.kind === "event") {
      yield found;
      continue;
    }
    sending.tally.rejected += 1;
    tellRejected(sending, found, { path: "", code: "event.not_json", message: found.message });
  }
}

async function* batches(texts: AsyncIterable<GoodText>, eventsMax: number): AsyncIterable<readonly GoodText[]> {
  let events: GoodText[] = [];
  let bytes = 0;
  for await (const event of texts) {
    if (events.length > 0 && bytes + event.text.length * 3 > batchBytesMax) {
      yield events;
      events = [];
      bytes = 0;
    }
    events.push(event);
    bytes += event.text.length * 3;
    if (events.length === eventsMax) {
      yield events;
      events = [];
      bytes = 0;
    }
  }
  if (events.length > 0) yield events;
}

const sendBatch = async (sending: Sending, events: readonly GoodText[]): Promise<Exit | null> => {
  const { call, connection, tally } = sending;
  const app = call.given.text("app");
  const body = events.map((event) => (app === null ? event.text : withApp(event.text, app))).join("\n");
  for (let retry = 0; ; retry += 1) {
    const answer = await postBatch(connection, body, events);
    if (call.interrupted.aborted) return "interrupted";
    if (answer.kind === "ok") {
      countAccepted(sending, events, answer.answer);
      return null;
    }
    const { problem } = answer;
    const isBusy = problem.status === 429 || problem.status === 503;
    if (isBusy && retry < busyRetriesMax) {
      const waitMs = Math.min(busyWaitMsMax, (answer.retryAfterS ?? 1) * 1000);
      sending.bar.clear();
      call.terminal.redraw(`${problem.detail}; waiting ${Math.ceil(waitMs / 1000)} s`);
      await waitFor(call.clock, waitMs, call.interrupted);
      if (call.interrupted.aborted) return "interrupted";
      continue;
    }
    const isAboutEvents = (problem.errors ?? []).some((entry) => /^\[\d+\]/.test(entry.path));
    if (!isAboutEvents) return tellProblem(call.terminal, problem);
    tally.sent += events.length;
    tally.rejected += events.length;
    for (const entry of problem.errors ?? []) {
      const index = Number(/^\[(\d+)\]/.exec(entry.path)?.[1] ?? 0);
      tellRejected(sending, events[index], { ...entry, path: entry.path.replace(/^\[\d+\]\.?/, "") });
    }
    return null;
  }
};

const postBatch = async (
  connection: ServerConnection,
  body: string,
  events: readonly GoodText[],
): Promise<RouteAnswer<Accepted>> => {
  try {
    return await callRoute(connection, eventRoutes.sendEvents, {
      body,
      headers: { "content-type": "application/x-ndjson" },
    });
  } catch (error) {
    const line = events[0]?.line ?? 0;
    if (line > 1 && error instanceof Error)
      error.message += `. Everything before line ${line} was acknowledged; whether the batch that begins there was stored is not known`;
    throw error;
  }
};

const countAccepted = (sending: Sending, events: readonly GoodText[], answer: Accepted): void => {
  const { tally } = sending;
  tally.sent += events.length;
  tally.accepted += answer.accepted;
  tally.duplicates += answer.duplicates;
  tally.rejected += answer.rejected.length;
  for (const rejected of answer.rejected) tellRejected(sending, events[rejected.index], { ...rejected, path: "" });
};

const tellRejected = (
  sending: Sending,
  event: Pick<EventText, "line"> | undefined,
  entry: { readonly path: string; readonly code: string; readonly message: string; readonly line?: number | undefined },
): void => {
  const { terminal } = sending.call;
  const shown = sending.tally.shown;
  sending.tally.shown += 1;
  if (shown === rejectedShownMax)
    terminal.tell(terminal.paint("faint", "More rejected events are counted, not shown."));
  if (shown >= rejectedShownMax) return;
  // The server counts the lines of one batch; people have the file.
  const inBatch = `line ${entry.line}: `;
  const message = entry.message.startsWith(inBatch) ? entry.message.slice(inBatch.length) : entry.message;
  terminal.tell(
    `line ${event?.line ?? "?"}: ${entryText(terminal, { path: entry.path, code: entry.code, message }, null)}`,
  );
};

const printTally = ({ given, terminal }: CommandCall, tally: Tally): void => {
  if (given.flag("json")) {
    const { accepted, duplicates, rejected } = tally;
    terminal.print(JSON.stringify({ accepted, duplicates, rejected }));
    return;
  }
  const count = (value: number): string => value.toLocaleString("en");
  const rejected = `${count(tally.rejected)} rejected`;
  terminal.print(
    `${terminal.paint("strong", count(tally.accepted))} accepted, ${count(tally.duplicates)} duplicates, ${tally.rejected > 0 ? terminal.paint("bad", rejected) : rejected}`,
  );
};

const tallyExit = ({ accepted, duplicates, rejected }: Tally): Exit =>
  rejected === 0 ? "ok" : accepted + duplicates > 0 ? "partly" : "failed";
