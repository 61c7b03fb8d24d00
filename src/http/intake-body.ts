import { findJsonFault, placeInText } from "#src/core/json/json-fault.ts";
import { splitJsonArray } from "#src/core/json/json-text.ts";
import { decodeUtf8 } from "./body-text.ts";
import { type Refusal, refuse } from "./refusal.ts";

/**
 * The JSON texts of a body's events, in order; null for one that is not UTF-8. None is parsed yet: a
 * bad one must not take the others with it.
 */
export type EventTexts = {
  readonly kind: "texts";
  readonly texts: readonly (string | null)[];
  /** Of each text, the line where it stands; null where the body is not read by lines. */
  readonly lines: readonly number[] | null;
  /** The body is an event itself and no list of them. */
  readonly isSingle: boolean;
};

export type IntakeFormat = "json" | "ndjson";

const openBracket = 0x5b;
const newline = 0x0a;

/** `application/x-ndjson` and its kin; every other type that came so far is JSON. */
export const intakeFormatOf = (contentType: string | undefined): IntakeFormat =>
  contentType?.toLowerCase().includes("ndjson") === true ? "ndjson" : "json";

export const splitBody = (bytes: Uint8Array, format: IntakeFormat, eventsMax: number): EventTexts | Refusal => {
  const body = decodeUtf8(bytes);
  switch (format) {
    case "json":
      return body.kind === "refusal" ? body : splitJson(body.text, eventsMax);
    case "ndjson":
      return splitLines(body.kind === "refusal" ? decodedLines(bytes) : body.text.split("\n"), eventsMax);
  }
};

const splitJson = (text: string, eventsMax: number): EventTexts | Refusal => {
  const trimmed = text.trim();
  if (trimmed === "") return noEvents;
  if (trimmed.charCodeAt(0) !== openBracket) return { kind: "texts", texts: [trimmed], lines: null, isSingle: true };
  const split = splitJsonArray(trimmed, { elementsMax: eventsMax });
  if (split.kind === "split") {
    if (split.elements.length === 0) return noEvents;
    return { kind: "texts", texts: split.elements, lines: null, isSingle: false };
  }
  return split.problem.code === "json.too_many_elements"
    ? tooManyEvents(eventsMax)
    : refuse("request.json_malformed", `${split.problem.message}: see ${placeInText(text, findJsonFault(text) ?? 0)}`);
};

const splitLines = (all: readonly (string | null)[], eventsMax: number): EventTexts | Refusal => {
  const texts: (string | null)[] = [];
  const lines: number[] = [];
  for (const [index, line] of all.entries()) {
    const text = line === null ? null : line.trim();
    // Blank lines separate nothing; a file often ends with one.
    if (text === "") continue;
    texts.push(text);
    lines.push(index + 1);
    if (texts.length > eventsMax) return tooManyEvents(eventsMax);
  }
  return texts.length === 0 ? noEvents : { kind: "texts", texts, lines, isSingle: false };
};

/** Each line by itself: one that is not UTF-8 must not take the others with it. */
const decodedLines = (bytes: Uint8Array): readonly (string | null)[] => {
  const lines: (string | null)[] = [];
  let start = 0;
  while (start < bytes.length) {
    const found = bytes.indexOf(newline, start);
    const end = found === -1 ? bytes.length : found;
    const line = decodeUtf8(bytes.subarray(start, end));
    lines.push(line.kind === "text" ? line.text : null);
    start = end + 1;
  }
  return lines;
};

const noEvents = refuse("events.none", "the body holds no event: send one, an array of them, or NDJSON");

const tooManyEvents = (eventsMax: number): Refusal =>
  refuse("events.too_many", `a request may hold at most ${eventsMax} events; send several requests`);
