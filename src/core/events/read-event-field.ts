import { isAbsentId, isAbsentText } from "#src/core/absent-value.ts";
import { memberText, textOfJson } from "#src/core/json/json-text.ts";
import { readTime } from "#src/core/time-text.ts";
import type { FieldValue } from "./event.ts";
import { type EventDraft, refuseMember } from "./event-draft.ts";
import { type EventField, eventFields, type FieldKind } from "./event-fields.ts";

const numericText = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const flagTexts: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["1", true],
  ["yes", true],
  ["false", false],
  ["0", false],
  ["no", false],
]);

const expectations: Readonly<Record<FieldKind, string>> = {
  text: "write text or a number",
  number: "write a number, or text holding one",
  flag: "write true or false (0, 1 and their texts are read too)",
  time: "write RFC 3339 (2026-01-14T12:00:00.000Z), yyyy-mm-dd hh:mm:ss.sss in UTC, or epoch seconds or milliseconds (9 digits or more)",
};

/** Reads one declared field into the draft, under `name`, the name it came with. */
export function readField(draft: EventDraft, value: unknown, field: FieldOfMember): void {
  if (value === null || isAbsentIn(field, value)) return;
  const read = readValue(draft, value, field);
  if (read !== null) draft.fields[field.field] = read;
  else refuseField(draft, [field.name], field.kind);
}

function isAbsentIn({ field, kind }: FieldOfMember, value: unknown): boolean {
  // Devices write 0 for a time that they do not know.
  if (kind === "time" && (value === 0 || value === "0")) return true;
  if (typeof value !== "string") return false;
  return eventFields[field].group === "identity" ? isAbsentId(value) : isAbsentText(value);
}

export type FieldOfMember = { readonly name: string; readonly field: EventField; readonly kind: FieldKind };

export function refuseField(draft: EventDraft, path: readonly string[], kind: FieldKind): void {
  refuseMember(draft, kind === "time" ? "event.time_invalid" : "event.field_type", {
    path,
    message: expectations[kind],
  });
}

function readValue(draft: EventDraft, value: unknown, field: FieldOfMember): FieldValue | null {
  switch (field.kind) {
    case "text":
      return readText(draft.source, field.name, value);
    case "number":
      return readNumber(value);
    case "flag":
      return readFlag(value);
    case "time":
      return readTime(value);
  }
}

/** Text as it is; a number as the source writes it, so that ids of twenty digits survive. */
export function readText(source: string, name: string, value: unknown): string | null {
  if (typeof value === "string") return value;
  if (typeof value !== "number") return null;
  if (Number.isSafeInteger(value)) return String(value);
  const text = memberText(source, name);
  return text === null ? String(value) : textOfJson(text);
}

/** Numeric text stays text, so that it goes out as it came. */
function readNumber(value: unknown): number | string | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string") return null;
  const text = value.trim();
  return numericText.test(text) ? text : null;
}

export function readFlag(value: unknown): boolean | null {
  if (typeof value === "boolean") return value;
  if (value === 1 || value === 0) return value === 1;
  return typeof value === "string" ? (flagTexts.get(value.trim().toLowerCase()) ?? null) : null;
}
