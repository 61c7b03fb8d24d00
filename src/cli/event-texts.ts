import type { Readable } from "node:stream";
import { type JsonPlace, jsonFaultPlace } from "#src/contract/json-place.ts";
import { splitElements } from "./event-array.ts";
import { brokenText, type EventText, eventText } from "./event-text.ts";
import { type Line, openLines } from "./read-lines.ts";

export type EventSource = {
  readonly texts: AsyncIterable<EventText>;
  readonly bytesRead: () => number;
  readonly bytesTotal: number | null;
};

/** One event, a JSON array or NDJSON, from a file or standard input. */
export const openEventTexts = async (file: string | null, stdin: Readable): Promise<EventSource> => {
  const { lines, bytesRead, bytesTotal } = await openLines(file, stdin);
  return { texts: splitEvents(lines), bytesRead, bytesTotal };
};

/** An array where the text begins with a bracket, else one event a line, or one over several. A broken one is told and does not end the rest. */
export async function* splitEvents(lines: AsyncIterable<Line>): AsyncIterable<EventText> {
  const iterator = lines[Symbol.asyncIterator]();
  let first = await iterator.next();
  while (first.done !== true && first.value.text.trim() === "") first = await iterator.next();
  if (first.done === true) return;
  const begin = first.value;
  const all = async function* (): AsyncIterable<Line> {
    yield begin;
    yield* { [Symbol.asyncIterator]: () => iterator };
  };
  yield* begin.text.trimStart().startsWith("[") ? splitElements(all()) : splitLines(all());
}

/** An event may go over several lines, so long as they are the beginning of a JSON object; no more than these. */
const heldCharactersMax = 262_144;

async function* splitLines(lines: AsyncIterable<Line>): AsyncIterable<EventText> {
  let held: Line[] = [];
  for await (const line of lines) {
    // Where a whole event begins at the margin, the lines before it were no beginning of one.
    const isNext = held.length > 0 && line.text.startsWith("{") && isWhole(line);
    const read = isNext ? [...endOf(held), ...take([], line)] : take(held, line);
    yield* read.filter((item) => item.kind !== "held");
    held = read.flatMap((item) => (item.kind === "held" ? item.lines : []));
  }
  yield* endOf(held);
}

type Held = { readonly kind: "held"; readonly lines: Line[] };

/** What the lines that are held and one more come to: events, broken ones, and at most one that has still no end. */
function take(held: readonly Line[], line: Line): readonly (EventText | Held)[] {
  if (held.length === 0 && line.text.trim() === "") return [];
  const lines = [...held, line];
  const [first = line] = lines;
  if (lines.every(({ isUtf8 }) => isUtf8)) {
    const text = lines.map((each) => each.text).join("\n");
    const fault = findFault(text);
    if (fault === null) return [eventText({ text: text.trim(), line: first.number })];
    const hasNoEnd = fault.isEnd && text.trimStart().startsWith("{");
    if (hasNoEnd && text.length <= heldCharactersMax) return [{ kind: "held", lines }];
  }
  return [brokenLine(first), ...again(lines.slice(1))];
}

/** Lines that were held for one that turned out to be broken, by themselves. */
function again(lines: readonly Line[]): readonly (EventText | Held)[] {
  let read: (EventText | Held)[] = [];
  for (const line of lines) {
    const last = read.at(-1);
    read = last?.kind === "held" ? [...read.slice(0, -1), ...take(last.lines, line)] : [...read, ...take([], line)];
  }
  return read;
}

/** What is held when nothing more comes to it. */
function endOf(held: readonly Line[]): readonly EventText[] {
  const ended: EventText[] = [];
  let rest = held;
  for (let [first] = rest; first !== undefined; [first] = rest) {
    ended.push(brokenLine(first));
    const read = again(rest.slice(1));
    ended.push(...read.filter((item) => item.kind !== "held"));
    rest = read.flatMap((item) => (item.kind === "held" ? item.lines : []));
  }
  return ended;
}

const isWhole = ({ text, isUtf8 }: Line): boolean => isUtf8 && findFault(text) === null;

/** The parser is several times faster than the search for its fault. */
const findFault = (text: string): JsonPlace | null => {
  try {
    JSON.parse(text);
    return null;
  } catch {
    return jsonFaultPlace(text);
  }
};

const brokenLine = ({ text, number, isUtf8 }: Line): EventText => brokenText({ text, line: number, isUtf8 });
