import { memberText, textOfJson } from "#src/core/json/json-text.ts";
import type { Event } from "./event.ts";
import type { EventField } from "./event-fields.ts";

export type EventSearchKey = {
  readonly kind: "event_id" | "install_id" | "user_id" | "click_id" | "transaction_id";
  readonly value: string;
};

/** Fields that `user_id` finds by. */
export const userIdFields = [
  "customer_user_id",
  "device_id",
  "advertising_id",
  "idfa",
  "idfv",
  "android_id",
  "oaid",
  "amazon_aid",
  "imei",
  "mcid",
] as const satisfies readonly EventField[];

/** Fields whose values an event is found by. */
export const searchedFields: ReadonlySet<EventField> = new Set<EventField>([
  "install_id",
  ...userIdFields,
  "clickid",
  "transaction_id",
]);

/** Members of `event_value` under which apps report what a purchase is known by. */
export const transactionMembers = ["transaction_id", "af_order_id", "af_receipt_id"] as const;

/**
 * The ids by which people look for an event, each once: those it came with and those its install
 * record added. `event_id` is the client's; Carom's own is the key of the event itself.
 */
export function searchKeysOf(event: Event): readonly EventSearchKey[] {
  const keys: EventSearchKey[] = [];
  if (event.clientEventId !== null) keys.push({ kind: "event_id", value: event.clientEventId });
  addField(keys, "install_id", fieldText(event, "install_id"));
  for (const field of userIdFields) addField(keys, "user_id", fieldText(event, field));
  addField(keys, "click_id", fieldText(event, "clickid"));
  addField(keys, "transaction_id", fieldText(event, "transaction_id"));
  const { valueText } = event;
  if (valueText === null) return keys;
  for (const name of transactionMembers) {
    // Most events hold none: looking for the name is cheaper than walking the members.
    if (!valueText.includes(name)) continue;
    const member = memberText(valueText, name);
    if (member !== null) addField(keys, "transaction_id", textOfJson(member));
  }
  return keys;
}

function fieldText(event: Event, field: EventField): string | null {
  const value = event.fields[field] ?? event.enrichment?.fields[field];
  return value === undefined ? null : String(value);
}

function addField(keys: EventSearchKey[], kind: EventSearchKey["kind"], value: string | null): void {
  if (value === null || value === "") return;
  if (!keys.some((key) => key.kind === kind && key.value === value)) keys.push({ kind, value });
}
