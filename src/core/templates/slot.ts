import type { Piece } from "#src/core/dialects/dialect.ts";
import { secretName } from "#src/core/ids.ts";
import type { MacroForm, ValueSource } from "#src/core/macros/macro.ts";
import { type SecretPlace, secretMark } from "#src/core/secret-mark.ts";
import { type Compilation, parameterValue, type TemplateText, where } from "./compilation.ts";
import {
  type EncodeValue,
  encodeHeader,
  encodeJsonString,
  encodeJsonValue,
  encodePlain,
  encodeRawQuery,
  encodeUrl,
  encodeXml,
} from "./encode-value.ts";
import type { Missing, ValuePart } from "./template-part.ts";

/** A kind of place where a macro may stand. */
export type Slot = {
  readonly encode: (form: MacroForm) => EncodeValue;
  /** For values that are encoded already; null where they could break out. */
  readonly encodeRaw: EncodeValue | null;
  /** What is known when the template is compiled: parameters, and the literal for a missing value. */
  readonly encodeFixed: EncodeValue;
  /** Stands for no value. */
  readonly empty: string;
  /** Null where a secret may not stand. */
  readonly secret: ((name: string) => string) | null;
};

const marked =
  (place: SecretPlace) =>
  (name: string): string =>
    secretMark(place, secretName(name));

const slotOf = (encode: EncodeValue, secret: Slot["secret"]): Slot => ({
  encode: () => encode,
  encodeRaw: null,
  encodeFixed: encode,
  empty: "",
  secret,
});

export const urlSlot: Slot = slotOf(encodeUrl, marked("url"));
export const querySlot: Slot = { ...urlSlot, encodeRaw: encodeRawQuery };
export const formSlot: Slot = { ...slotOf(encodeUrl, marked("form")), encodeRaw: encodeRawQuery };
export const headerSlot: Slot = slotOf(encodeHeader, marked("header"));
export const plainSlot: Slot = slotOf(encodePlain, marked("plain"));
/** The sender has no mark for XML. */
export const xmlSlot: Slot = slotOf(encodeXml, null);
export const jsonStringSlot: Slot = slotOf(encodeJsonString, marked("json"));
export const jsonValueSlot: Slot = {
  encode: encodeJsonValue,
  encodeRaw: null,
  encodeFixed: encodeJsonValue("any"),
  empty: "null",
  secret: (name) => `"${secretMark("json", secretName(name))}"`,
};

/** Puts a macro, parameter or secret into its slot. `isDroppable`: it stands in an item that `drop_parameter` can take out. */
export const fillSlot = (
  compilation: Compilation,
  text: TemplateText,
  at: {
    readonly piece: Exclude<Piece, { kind: "text" | "unknown" }>;
    readonly slot: Slot;
    readonly isDroppable: boolean;
  },
): string | ValuePart => {
  const { piece, slot } = at;
  switch (piece.kind) {
    case "parameter":
      return slot.encodeFixed(parameterValue(compilation, text, piece) ?? "");
    case "secret": {
      if (slot.secret !== null) return slot.secret(piece.name);
      text.refuse("template.place_invalid", `no secret can stand in an XML body: ${where(piece)}; use a header`);
      return "";
    }
    case "value": {
      const { value } = piece;
      const encode = value.isRaw ? slot.encodeRaw : slot.encode(value.form);
      if (encode === null) {
        text.refuse("template.place_invalid", `${where(piece)} can only stand in a query or form`);
        return "";
      }
      const whenMissing = textWhenMissing(compilation, value, at);
      return { kind: "value", read: value.read, encode, whenMissing };
    }
  }
};

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
