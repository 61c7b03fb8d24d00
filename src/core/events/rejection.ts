import type { Event } from "./event.ts";

/** Fraud-blocked, or failed validation: said by its flag, or by the reason for it. */
export const isRejected = (event: Event): boolean =>
  event.fields.is_rejected === true || event.fields.blocked_reason !== undefined;
