import type { Event } from "./event.ts";

/**
 * The device's address as the event tells it: its own `ip`, else the sender's if the sender is the device
 * (`event_source` says SDK). A server's address must not pose as a device's.
 */
export function deviceAddressOf({ fields, senderIp }: Event): string | null {
  if (fields.ip !== undefined) return String(fields.ip);
  return String(fields.event_source ?? "").toLowerCase() === "sdk" ? senderIp : null;
}

/** The address that the event's country is to be looked up by; null where it tells one itself. */
export const addressToLocate = (event: Event): string | null =>
  event.fields.country_code === undefined ? deviceAddressOf(event) : null;

/** The event with the country of its address, as if it had told it; `ipCountry` says that it did not. */
export const withIpCountry = (event: Event, ipCountry: string): Event => ({
  ...event,
  ipCountry,
  fields: { ...event.fields, country_code: ipCountry },
});
