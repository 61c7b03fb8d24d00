import { type EventType, eventTypes } from "#src/core/events/event.ts";
import { type EventField, eventFields, type FieldKind } from "#src/core/events/event-fields.ts";
import type { Macro, MacroForm } from "./macro.ts";

type Required = Pick<Macro, "source" | "label" | "meaning" | "example">;
type Optional = Partial<Pick<Macro, "form" | "eventTypes" | "isPersonal" | "encoding" | "instant" | "spellings">>;
type Row = Required & Optional;

/** SKAN postbacks tell nothing of a device. */
export const deviceEventTypes: readonly EventType[] = eventTypes.filter((type) => type !== "skan_postback");

export const defineMacro = (name: string, row: Row & Pick<Macro, "read">): Macro => ({
  name,
  form: "text",
  eventTypes,
  isPersonal: false,
  encoding: "by_place",
  keyedHash: null,
  spellings: {},
  ...row,
});

const formOf: Readonly<Record<FieldKind, MacroForm>> = { text: "text", time: "text", number: "number", flag: "flag" };

/** The macro of a declared field, its value as it came. */
export const fieldMacro = (field: EventField, row: Row): Macro =>
  defineMacro(field, { form: formOf[eventFields[field].kind], read: (view) => view.text(field), ...row });
