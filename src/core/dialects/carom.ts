import { eventTypes } from "#src/core/events/event.ts";
import type { EventView } from "#src/core/events/event-view.ts";
import type { ValueSource } from "#src/core/macros/macro.ts";
import { allSpellings, macrosBySpelling } from "#src/core/macros/spellings.ts";
import { nearestName } from "#src/core/nearest-name.ts";
import { readQuoted, readTransformCalls } from "#src/core/transforms/read-transform-calls.ts";
import { transformedValue } from "#src/core/transforms/transformed-value.ts";
import { cutPieces } from "./cut-pieces.ts";
import type { Dialect, Piece, Reference } from "./dialect.ts";
import { readReference } from "./references.ts";
import { unknownPiece } from "./unknown-piece.ts";

/**
 * Carom's own way of writing macros, for new templates:
 *
 *   {event_name}                       a macro by its name in the registry
 *   {advertising_id|upper|sha1}        with transforms, left to right; arguments after colons: `|default:0`
 *   {event_value.level}                a member of `event_value`; dots go deeper
 *   {context.a.OSVersion} {extra.plan} context data, an undeclared member of the event
 *   {param.x} {secret.x}               a parameter, a named secret
 *   {'{x}'}                            what stands in the quotes, as text; `''` is a quote
 *
 * A brace opens a macro where a letter follows at once and then only letters, digits, `_`, `-`, `.`
 * and blanks up to `|` or `}`; such a macro is known or an error, and never goes out as text. All
 * other braces are text: in JSON a quote, a blank, a bracket or another brace follows each of them,
 * so JSON bodies need no escape.
 */
export const caromDialect: Dialect = {
  name: "carom",
  read: (text) => cutPieces(text, opening, (match) => readOpening(text, match)),
};

const opening =
  /\{(?:(')|(\{[A-Za-z][A-Za-z0-9_.-]*\}\})|((?:event_value|context|extra)\.[^|{}]{1,128}|[A-Za-z][A-Za-z0-9_. -]{0,127})(?=[|}]))/g;

const macroByName = macrosBySpelling("carom");
const families: Readonly<Record<string, (path: string) => ValueSource["read"]>> = {
  event_value: (path) => (view: EventView) => view.valueMember(path),
  context: (key) => (view: EventView) => view.context(key) ?? view.lifecycle(key),
  extra: (name) => (view: EventView) => view.extra(name),
};
const names = allSpellings("carom");

const readOpening = (text: string, match: RegExpExecArray): { piece: Piece; end: number } | null => {
  const [found, quote, doubled, name = ""] = match;
  const at = match.index;
  if (quote !== undefined) return readEscape(text, at);
  if (doubled !== undefined) {
    const hint = () => `in this dialect a macro has one brace: write ${found.slice(1, -1)}`;
    return { piece: unknownPiece({ at, written: found }, hint), end: at + found.length };
  }
  const read = readTransformCalls(text, at + found.length);
  if (read.kind === "unreadable") {
    const message = `the macro at character ${at + 1} cannot be read: at character ${read.at + 1} ${read.message}`;
    const piece = { kind: "mistaken", code: "template.transform_invalid", at, written: found, message } as const;
    return { piece, end: at + found.length };
  }
  const place = { at, written: text.slice(at, read.end + 1) };
  return { piece: readMacro(place, name, read.calls), end: read.end + 1 };
};

const readEscape = (text: string, at: number): { piece: Piece; end: number } | null => {
  const quoted = readQuoted(text, at + 1);
  if (quoted === null || text.charAt(quoted.end) !== "}") return null;
  const end = quoted.end + 1;
  return { piece: { kind: "text", text: quoted.text, written: text.slice(at, end) }, end };
};

const readMacro = (place: Reference, name: string, calls: Parameters<typeof transformedValue>[1]): Piece => {
  const reference = readReference(name);
  if (reference !== null) {
    if (calls.length === 0) return { ...reference, ...place };
    const message = `a ${reference.kind} takes no transforms: ${place.written} at character ${place.at + 1}; give it as it should go out`;
    return { kind: "mistaken", ...place, code: "template.transform_invalid", message };
  }
  const source = sourceNamed(name);
  if (source === null) {
    return unknownPiece(place, () => {
      const nearest = nearestNamed(name);
      return nearest === null ? "" : `did you mean {${nearest}}?`;
    });
  }
  const transformed = transformedValue(source, calls);
  if (transformed.kind === "value") return { kind: "value", ...place, value: transformed.value };
  const message = `${transformed.message} (at character ${transformed.at + 1}, in ${place.written})`;
  return { kind: "mistaken", ...place, code: transformed.code, message };
};

const nearestNamed = (name: string): string | null => {
  const dot = name.indexOf(".");
  if (dot < 0) return nearestName(name, names);
  const family = nearestName(name.slice(0, dot), Object.keys(families));
  return family === null ? null : `${family}.${name.slice(dot + 1) || "x"}`;
};

const sourceNamed = (name: string): ValueSource | null => {
  const macro = macroByName.get(name);
  if (macro !== undefined) return macro;
  const dot = name.indexOf(".");
  const family = families[name.slice(0, Math.max(0, dot))];
  if (family === undefined || dot === name.length - 1) return null;
  return {
    name,
    form: "any",
    eventTypes,
    isPersonal: false,
    encoding: "by_place",
    keyedHash: null,
    read: family(name.slice(dot + 1)),
  };
};
