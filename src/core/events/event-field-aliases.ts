import type { EventField } from "./event-fields.ts";

/**
 * Other names under which a declared field may come: seed 002's spelling of the revenue in USD, the
 * vendor's name of the install id, and the names that other reports and the older one have for why an
 * event was rejected (domain.md 1.6, 1.9). Where an event has both, Carom's own name is the one read.
 */
const fieldOfAlias: Readonly<Record<string, EventField>> = {
  appsflyer_id: "install_id",
  event_revenue_USD: "event_revenue_usd",
  reject_reason: "blocked_reason",
  rejected_reason: "blocked_reason",
  fraud_reason: "blocked_reason",
  reject_reason_value: "blocked_reason_value",
  rejected_reason_value: "blocked_reason_value",
  reject_sub_reason: "blocked_sub_reason",
  fraud_sub_reason: "blocked_sub_reason",
};

export const fieldAliases: ReadonlyMap<string, EventField> = new Map(Object.entries(fieldOfAlias));

const aliasesOfField = new Map<EventField, string[]>();
for (const [alias, field] of fieldAliases) aliasesOfField.set(field, [...(aliasesOfField.get(field) ?? []), alias]);
const none: readonly string[] = [];

/** The other names of a field. */
export const aliasesOf = (field: EventField): readonly string[] => aliasesOfField.get(field) ?? none;
