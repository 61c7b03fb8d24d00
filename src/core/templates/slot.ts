import type { KnownPiece } from "#src/core/dialects/dialect.ts";
import { secretName } from "#src/core/ids.ts";
import type { MacroForm, ValueSource } from "#src/core/macros/macro.ts";
import { maskedText } from "#src/core/money/mask-pairs.ts";
import { keyedHashMark, type SecretPlace, secretMark } from "#src/core/templates/secret-mark.ts";
import { type Compilation, parameterValue, type TemplateText, where } from "./compilation.ts";
import { encodeKeptParameter, encodeKeptSegment } from "./encode-kept.ts";
import {
  type EncodeValue,
  encodeHeader,
  encodeHeaderPart,
  encodeJsonString,
  encodeJsonValue,
  encodePlain,
  encodeRawQuery,
  encodeUrl,
  encodeXml,
} from "./encode-value.ts";
import type { MacroPlace } from "./macro-place.ts";
import type { Missing, ValuePart } from "./template-part.ts";

/** A kind of place where a macro may stand. */
export type Slot = {
  readonly place: MacroPlace;
  readonly encode: (form: MacroForm) => EncodeValue;
  /** For values that are percent-encoded already; null where they could break out. */
  readonly encodeKept: EncodeValue | null;
  /** For a value that is a whole query; null where none can stand. */
  readonly encodeKeptQuery: EncodeValue | null;
  /** What is known when the template is compiled: parameters, and the literal for a missing value. */
  readonly encodeFixed: EncodeValue;
  /** Stands for no value. */
  readonly empty: string;
  readonly secretPlace: SecretPlace;
  /** What a mark of a secret stands in: a bare JSON value is a string in quotes. */
  readonly holdMark: (mark: string) => string;
};

const bare = (mark: string): string => mark;

const slotOf = (encode: EncodeValue, secretPlace: SecretPlace, place: MacroPlace): Slot => ({
  place,
  encode: () => encode,
  encodeKept: null,
  encodeKeptQuery: null,
  encodeFixed: encode,
  empty: "",
  secretPlace,
  holdMark: bare,
});

export const urlSlot: Slot = { ...slotOf(encodeUrl, "url", "url"), encodeKept: encodeKeptSegment };
export const querySlot: Slot = {
  ...slotOf(encodeUrl, "url", "query"),
  encodeKept: encodeKeptParameter,
  encodeKeptQuery: encodeRawQuery,
};
export const formSlot: Slot = { ...querySlot, secretPlace: "form", place: "form" };
export const headerSlot: Slot = { ...slotOf(encodeHeader, "header", "header"), encodeKept: encodeHeader };
export const headerPartSlot: Slot = {
  ...headerSlot,
  encode: () => encodeHeaderPart,
  encodeKept: encodeHeaderPart,
};
export const plainSlot: Slot = { ...slotOf(encodePlain, "plain", "plain"), encodeKept: encodePlain };
/** Percent-encoded text has no character that could end anything, whatever syntax it stands in. */
export const percentSlot: Slot = slotOf(encodeUrl, "form", "percent");
export const xmlSlot: Slot = slotOf(encodeXml, "xml", "xml");
export const jsonStringSlot: Slot = slotOf(encodeJsonString, "json", "json_string");
export const jsonValueSlot: Slot = {
  ...slotOf(encodeJsonValue("any"), "json", "json_value"),
  encode: encodeJsonValue,
  empty: "null",
  holdMark: (mark) => `"${mark}"`,
};

/** Puts a macro, parameter or secret into its slot. `isDroppable`: it stands in an item that `drop_parameter` can take out. */
export const fillSlot = (
  compilation: Compilation,
  text: TemplateText,
  at: {
    readonly piece: Exclude<KnownPiece, { kind: "text" }>;
    readonly slot: Slot;
    readonly isDroppable: boolean;
  },
): string | ValuePart => {
  const { piece, slot } = at;
  const filled = filledSlot(compilation, text, at);
  const field = text.path.slice(compilation.path.length).join(".");
  const fixed = piece.kind === "parameter" ? (compilation.parameters[piece.name] ?? null) : null;
  compilation.placed.push({ piece, field, place: slot.place, filled, fixed });
  return filled;
};

const filledSlot = (
  compilation: Compilation,
  text: TemplateText,
  at: Parameters<typeof fillSlot>[2],
): string | ValuePart => {
  const { piece, slot } = at;
  switch (piece.kind) {
    case "parameter":
      return slot.encodeFixed(parameterValue(compilation, text, piece) ?? "");
    case "secret":
      return slot.holdMark(secretMark(slot.secretPlace, secretName(piece.name)));
    case "value": {
      const { value } = piece;
      const encode = encoderOf(slot, value);
      if (encode === null) {
        text.refuse("template.place_invalid", `${where(piece)} could break out of its place here; ${placesOf(value)}`);
        return "";
      }
      const whenMissing = textWhenMissing(compilation, value, at);
      return { kind: "value", read: value.read, encode, whenMissing };
    }
  }
};

const encoderOf = (slot: Slot, { encoding, form, keyedHash }: ValueSource): EncodeValue | null => {
  switch (encoding) {
    case "kept":
      return slot.encodeKept;
    case "kept_query":
      return slot.encodeKeptQuery;
    case "by_place": {
      const encode = slot.encode(form);
      if (keyedHash === null) return encode;
      // Hashed, a masked value would no longer show that it is masked.
      return (value) =>
        value === maskedText ? encode(value) : slot.holdMark(keyedHashMark(slot.secretPlace, keyedHash, value));
    }
  }
};

const placesOf = ({ encoding }: ValueSource): string =>
  encoding === "kept_query"
    ? "it stands in a query or form"
    : "raw is for URLs, forms, headers and plain bodies, take it out";

/** `drop_parameter` takes out items only: elsewhere (a path, an element of an array, plain text) it is as `empty`. */
const textWhenMissing = (
  compilation: Compilation,
  value: ValueSource,
  { slot, isDroppable }: { readonly slot: Slot; readonly isDroppable: boolean },
): string | Missing => {
  const { onMissing } = compilation;
  switch (onMissing.kind) {
    case "empty":
      return slot.empty;
    case "literal":
      return slot.encodeFixed(onMissing.text);
    case "skip":
      return { kind: "macro_missing", macro: value.name };
    case "drop_parameter":
      return isDroppable ? { kind: "macro_missing", macro: value.name } : slot.empty;
  }
};
