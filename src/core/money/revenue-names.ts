import { type EventField, eventFields, isEventField } from "#src/core/events/event-fields.ts";

/**
 * Members that say what a user paid (product.md, Data sharing), wherever they stand: `event_value`,
 * context data, undeclared members. An app adds its own (`App.revenueProperties`). Names are
 * compared without regard to case: `Revenue` tells as much as `revenue`. `eventCurrency` is the
 * vendor's S2S name, `price`, `total` and `value` are Segment's.
 */
const names: ReadonlySet<string> = new Set([
  "af_currency",
  "af_price",
  "revenue",
  "currency",
  "event_currency",
  "eventcurrency",
  "price",
  "total",
  "value",
  "monetary",
  "orig_monetary",
  "selected_currency",
  "revenue_in_selected_currency",
  "a.ltv.amount",
]);
/** `event_revenue`, `event_revenue_usd`, `event_revenue_currency`, `eventRevenue`, `af_revenue_usd`, … */
const prefixes = ["event_revenue", "eventrevenue", "af_revenue"] as const;

/** Answers whether a member's name, as decoded, is one of revenue. */
export type RevenueNames = (name: string) => boolean;

const isListed: RevenueNames = (name) => {
  const lower = name.toLowerCase();
  return names.has(lower) || prefixes.some((prefix) => lower.startsWith(prefix));
};

/** The named list with an app's additions. Apps without any share one function. */
export function revenueNames(additions: readonly string[]): RevenueNames {
  if (additions.length === 0) return isListed;
  const added = new Set(additions.map((name) => name.toLowerCase()));
  return (name) => isListed(name) || added.has(name.toLowerCase());
}

/** The declared fields that tell revenue. Apps without additions share one set. */
export const revenueFieldsOf = (isRevenue: RevenueNames): ReadonlySet<EventField> =>
  isRevenue === isListed ? listedFields : fieldsOf(isRevenue);

const fieldsOf = (isRevenue: RevenueNames): ReadonlySet<EventField> =>
  new Set(
    Object.keys(eventFields)
      .filter(isEventField)
      .filter((field) => eventFields[field].group === "money" || isRevenue(field)),
  );

const listedFields = fieldsOf(isListed);
