import { eventTypes } from "#src/core/events/event.ts";
import type { Macro, ValueSource } from "#src/core/macros/macro.ts";
import { allSpellings, macrosBySpelling } from "#src/core/macros/spellings.ts";
import { nearestName } from "#src/core/nearest-name.ts";
import { cutPieces } from "./cut-pieces.ts";
import type { Caution, Dialect, Piece } from "./dialect.ts";
import { readReference } from "./references.ts";
import { unknownPiece } from "./unknown-piece.ts";

/**
 * Adobe Mobile's way of writing macros (domain.md 3.2), without regard to letter case:
 *
 *   {%sdkver%}              a reserved token; an unknown one is an error
 *   {a.OSVersion} {user.name}
 *                           a key of the event's context data, else of its device's life, else what
 *                           the registry has for the key, else an undeclared member of the event.
 *                           Keys are free: one that is none of Adobe's own is told as a warning
 *   {param.x} {secret.x}    a parameter, a named secret (Carom's own)
 *
 * All other braces are text, and scanning goes on behind the opening one, so that
 * `{sdkversion={%sdkver%}}` and JSON bodies work. Braces that must be text around a key are
 * written encoded: `%7Bx}`, `\u007bx}`.
 */
export const adobeDialect: Dialect = {
  name: "adobe",
  bodyIsFormUnlessJson: true,
  read: (text) => cutPieces(text, token, (match) => ({ piece: readToken(match), end: match.index + match[0].length })),
};

const token = /\{(%[A-Za-z0-9_]+%|[A-Za-z_][A-Za-z0-9_.-]{0,127})\}/g;

const lowerCase = (spelling: string): string => spelling.toLowerCase();
const macroByName = macrosBySpelling("adobe", lowerCase);
const reserved = allSpellings("adobe").filter((spelling) => spelling.startsWith("%"));
const keys = allSpellings("adobe").filter((spelling) => !spelling.startsWith("%"));

const readToken = (match: RegExpExecArray): Piece => {
  const [written, name = ""] = match;
  const place = { written, at: match.index };
  const macro = macroByName.get(lowerCase(name));
  if (name.startsWith("%")) {
    if (macro !== undefined) return { kind: "value", ...place, value: macro };
    return unknownPiece(place, () => {
      const nearest = nearestName(name, reserved);
      const all = reserved.map((each) => `{${each}}`).join(", ");
      return nearest === null ? `there are ${all}` : `did you mean {${nearest}}?`;
    });
  }
  const reference = readReference(name);
  if (reference !== null) return { ...reference, ...place };
  if (macro !== undefined) return { kind: "value", ...place, value: ofContext(name, macro) };
  return { kind: "value", ...place, value: freeKey(name), caution: freeKeyCaution(name) };
};

/** Told of the first keys only, so that the nearest is looked for when it is. */
const freeKeyCaution = (name: string): Caution => ({
  code: "template.context_key_free",
  get message() {
    const nearest = nearestName(name, keys);
    const likely = nearest === null ? "" : `; did you mean {${nearest}}?`;
    return `is no key of Adobe's own: nothing stands there where the event's context data has none${likely}`;
  },
});

/** Context data comes before what the registry has for a key of Adobe's own. */
const ofContext = (key: string, macro: Macro): ValueSource => ({
  ...macro,
  read: (view, hashes) => view.context(key) ?? view.lifecycle(key) ?? macro.read(view, hashes),
});

const freeKey = (key: string): ValueSource => ({
  name: key,
  form: "any",
  eventTypes,
  isPersonal: false,
  encoding: "by_place",
  keyedHash: null,
  read: (view) => view.context(key) ?? view.lifecycle(key) ?? view.extra(key),
});
