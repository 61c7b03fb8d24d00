import type { CompiledTemplate } from "#src/core/templates/template.ts";
import type { TargetView } from "./target-view.ts";

/** The macros of a template that have no value for this event, each once, those that want for a rate with the reason; null where none. */
export function missingMacrosText(template: CompiledTemplate, view: TargetView): string | null {
  const missing = template.trace(view).filter(({ kind, value }) => kind === "value" && value === null);
  const byReason = Map.groupBy(new Set(missing.map(({ name }) => name)), (name) => rateReason(name, view));
  // What is missing for want of a rate is told first: the event has it, and somebody can do something about it.
  const parts = [...byReason].toSorted(([one], [other]) => Number(one === null) - Number(other === null));
  if (parts.length === 0) return null;
  return parts
    .map(([reason, names]) => names.map((name) => `(${name})`).join(", ") + (reason === null ? "" : `: ${reason}`))
    .join("; ");
}

const rateReason = (name: string, view: TargetView): string | null => {
  const currency = currencyOf(name, view);
  return currency === null ? null : view.rateMissing(currency);
};

const inSelected: ReadonlySet<string> = new Set([
  "monetary",
  "currency",
  "revenue_in_selected_currency",
  "selected_currency",
]);

const currencyOf = (name: string, view: TargetView): string | null => {
  if (name === "event_revenue_usd") return "USD";
  return inSelected.has(name) ? view.selectedCurrency : null;
};
