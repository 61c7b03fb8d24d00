import { splitJsonArray } from "#src/core/json-text.ts";
import { type Refusal, refuse } from "./refusal.ts";

/** The JSON texts of a body's events, in order. None is parsed yet: a bad one must not take the others with it. */
export type EventTexts = { readonly kind: "texts"; readonly texts: readonly string[] } | Refusal;

export type IntakeFormat = "json" | "ndjson";

/** Brackets around events, and inside of them: an event has its own, lower limit. */
const arrayDepthMax = 64;
const openBracket = 0x5b;

/** `application/x-ndjson` and its kin; every other type that came so far is JSON. */
export const intakeFormatOf = (contentType: string | undefined): IntakeFormat =>
  contentType?.toLowerCase().includes("ndjson") === true ? "ndjson" : "json";

export const splitBody = (text: string, format: IntakeFormat, eventsMax: number): EventTexts => {
  switch (format) {
    case "json":
      return splitJson(text, eventsMax);
    case "ndjson":
      return splitLines(text, eventsMax);
  }
};

const splitJson = (text: string, eventsMax: number): EventTexts => {
  const trimmed = text.trim();
  if (trimmed === "") return noEvents;
  if (trimmed.charCodeAt(0) !== openBracket) return { kind: "texts", texts: [trimmed] };
  const split = splitJsonArray(trimmed, { depthMax: arrayDepthMax, elementsMax: eventsMax });
  if (split.kind === "split") return split.elements.length === 0 ? noEvents : { kind: "texts", texts: split.elements };
  switch (split.problem.code) {
    case "json.too_many_elements":
      return tooManyEvents(eventsMax);
    case "json.too_deep":
      return refuse("request.too_deep", split.problem.message);
    default:
      return refuse("request.json_malformed", split.problem.message);
  }
};

const splitLines = (text: string, eventsMax: number): EventTexts => {
  const texts: string[] = [];
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(start, end).trim();
    // Blank lines separate nothing; a file often ends with one.
    if (line !== "") texts.push(line);
    if (texts.length > eventsMax) return tooManyEvents(eventsMax);
    start = end + 1;
  }
  return texts.length === 0 ? noEvents : { kind: "texts", texts };
};

const noEvents = refuse("events.none", "the body holds no event: send one, an array of them, or NDJSON");

const tooManyEvents = (eventsMax: number): Refusal =>
  refuse("events.too_many", `a request may hold at most ${eventsMax} events; send several requests`);
