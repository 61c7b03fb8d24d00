import { jsonFaultPlace } from "#src/contract/json-place.ts";

/** One event of a file, or what stands in an event's place and is none; with the line where it begins. */
export type EventText =
  /** The JSON text as it stands in its file, on one line. */
  | { readonly kind: "event"; readonly text: string; readonly line: number }
  | { readonly kind: "broken"; readonly message: string; readonly line: number };

type Found = { readonly text: string; readonly line: number; readonly isUtf8: boolean };

/** JSON text holds no line break inside a string, so every one of them is layout. */
export const eventText = ({ text, line }: Omit<Found, "isUtf8">): EventText => ({
  kind: "event",
  text: text.includes("\n") ? text.replace(/\r?\n/g, " ") : text,
  line,
});

export const brokenText = ({ text, line, isUtf8 }: Found): EventText => ({
  kind: "broken",
  line,
  message: isUtf8 ? faultMessage(text, line) : "it holds bytes that are not UTF-8",
});

const faultMessage = (text: string, firstLine: number): string => {
  const place = jsonFaultPlace(text);
  if (place === null || place.isEnd) return "the event that begins here has no end";
  const { line, column } = place;
  return `this is not JSON: see ${line === 1 ? `its column ${column}` : `line ${firstLine + line - 1}, column ${column}`}`;
};
