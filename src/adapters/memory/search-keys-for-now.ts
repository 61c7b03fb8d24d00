import type { Event } from "#src/core/event.ts";
import type { SearchKey } from "#src/ports/delivery-log.ts";

/** Stands in until core/search-keys.ts is there; goes with the next commit. */
export const searchKeysOf = (event: Event): readonly SearchKey[] => {
  const keys: SearchKey[] = [{ kind: "event_id", value: event.id }];
  if (event.clientEventId !== null) keys.push({ kind: "event_id", value: event.clientEventId });
  const fields = { ...event.enrichment?.fields, ...event.fields };
  const add = (kind: SearchKey["kind"], value: unknown): void => {
    if (value !== undefined) keys.push({ kind, value: String(value) });
  };
  add("install_id", fields.install_id);
  add("user_id", fields.advertising_id);
  add("user_id", fields.customer_user_id);
  add("click_id", fields.clickid);
  add("transaction_id", fields.transaction_id);
  return keys;
};
