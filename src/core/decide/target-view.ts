import { isAbsentText } from "#src/core/absent-value.ts";
import type { AbTestFacts, EventType, FieldValue } from "#src/core/events/event.ts";
import { aliasesOf } from "#src/core/events/event-field-aliases.ts";
import { type EventField, eventFields } from "#src/core/events/event-fields.ts";
import type { EventView, MessageView } from "#src/core/events/event-view.ts";
import { deviceAddressOf } from "#src/core/events/ip-country.ts";
import { lifecycleFact } from "#src/core/events/lifecycle.ts";
import type { EventId } from "#src/core/ids.ts";
import { conversionKindOf } from "#src/core/installs/install-conversion.ts";
import type { ConversionKind } from "#src/core/installs/install-record.ts";
import { type EarnedBy, earnedBy } from "#src/core/installs/retargeting.ts";
import { memberAt, memberText } from "#src/core/json/json-text.ts";
import { convertMoney } from "#src/core/money/convert-money.ts";
import { dayOfInstant } from "#src/core/money/exchange-rates.ts";
import { maskJson, maskText } from "#src/core/money/mask-json.ts";
import { maskedText } from "#src/core/money/mask-pairs.ts";
import { postbackIdOf } from "#src/core/postbacks/postback-id.ts";
import type { EventFacts } from "./event-facts.ts";
import { targetTag } from "./target-tag.ts";
import type { RenderTerms } from "./terms.ts";

/**
 * The event as one target may see it. A class, since ten of these are made for one event: what it
 * tells is read when a macro asks and not before, and texts are cut from the event's source only then.
 */
export class TargetView implements EventView {
  readonly #facts: EventFacts;
  readonly #terms: RenderTerms;
  /** True where revenue may not be seen. */
  readonly #masks: boolean;

  constructor(facts: EventFacts, terms: RenderTerms) {
    this.#facts = facts;
    this.#terms = terms;
    this.#masks = terms.sharing !== "values_and_revenue";
  }

  get eventId(): EventId {
    return this.#facts.event.id;
  }

  get postbackId(): string {
    const { event, app, redelivery } = this.#facts;
    return postbackIdOf(event.id, targetTag(this.#terms.identity, app.hashes), redelivery);
  }

  get appId(): string {
    return this.#facts.event.appId;
  }

  get appName(): string {
    return this.#facts.app.app.name;
  }

  get type(): EventType {
    return this.#facts.event.type;
  }

  get eventName(): string {
    return this.#facts.event.name;
  }

  get partnerEvent(): string {
    return this.#terms.partnerEvent ?? this.#facts.event.name;
  }

  get eventTime(): number {
    return this.#facts.event.time;
  }

  get receivedAt(): number {
    return this.#facts.event.receivedAt;
  }

  get installedAt(): number | null {
    const { type, time } = this.#facts.event;
    return this.time("install_time") ?? (type === "install" || type === "reinstall" ? time : null);
  }

  get conversionAt(): number | null {
    return this.#facts.conversionAt;
  }

  get conversionKind(): ConversionKind | null {
    const { event } = this.#facts;
    return conversionKindOf(event) ?? event.enrichment?.conversionKind ?? null;
  }

  get isRejected(): boolean {
    return this.#facts.isRejected;
  }

  get earnedBy(): EarnedBy | null {
    return earnedBy(this.#facts.event);
  }

  text(field: EventField): string | null {
    const { event } = this.#facts;
    const { app } = this.#facts;
    if (this.#masks && app.revenueFields.has(field)) return maskedText;
    const own = event.fields[field];
    const value = own ?? (field === "ip" ? deviceAddressOf(event) : null) ?? event.enrichment?.fields[field];
    if (value === undefined) return null;
    if (typeof value !== "string") {
      return (own === undefined ? null : this.#sourceText(field)) ?? plainText(field, value);
    }
    return this.#masks ? maskText(value, app.isRevenue) : value;
  }

  time(field: EventField): number | null {
    const { event } = this.#facts;
    const value = event.fields[field] ?? event.enrichment?.fields[field];
    return typeof value === "number" && eventFields[field].kind === "time" ? value : null;
  }

  valueText(): string | null {
    switch (this.#terms.sharing) {
      case "none":
        return maskedText;
      case "values_without_revenue":
        return this.#facts.valueWithoutRevenue;
      case "values_and_revenue":
        return this.#facts.event.valueText;
    }
  }

  valueMember(path: string): string | null {
    if (this.#terms.sharing === "none") return maskedText;
    const value = this.valueText();
    return value === null ? null : memberAt(value, path);
  }

  monetary(): string | null {
    const { selectedCurrency } = this;
    return selectedCurrency === null ? this.reportedMonetary() : this.revenueIn(selectedCurrency);
  }

  currency(): string | null {
    const { selectedCurrency } = this;
    if (selectedCurrency === null || this.#masks) return this.#reportedCurrency();
    return this.revenueIn(selectedCurrency) === null ? null : selectedCurrency;
  }

  reportedMonetary(): string | null {
    return this.text("event_revenue") ?? this.#plainMember("af_revenue");
  }

  revenueIn(currency: string): string | null {
    // The mask comes before any arithmetic: what may not be seen is not converted either.
    if (this.#masks) return maskedText;
    const amount = this.reportedMonetary();
    const own = this.#reportedCurrency();
    if (amount === null || own === null) return null;
    const day = dayOfInstant(this.eventTime);
    return convertMoney({ amount, currency: own, day }, currency, this.#facts.app.rates);
  }

  /** Why `revenueIn` has no value though there is revenue, for people; null where it has one, or nothing to convert. */
  rateMissing(currency: string): string | null {
    const own = this.#reportedCurrency();
    if (this.reportedMonetary() === null || own === null || this.revenueIn(currency) !== null) return null;
    if (this.revenueIn(own) === null) return "the revenue is no decimal number";
    const day = new Date(this.eventTime).toISOString().slice(0, 10);
    return `no rate from ${own} to ${currency} on ${day} or in the week before`;
  }

  get selectedCurrency(): string | null {
    return this.#terms.currency;
  }

  #reportedCurrency(): string | null {
    return this.text("event_revenue_currency") ?? this.#plainMember("af_currency");
  }

  /** Neither an object nor a placeholder is an amount or a currency. */
  #plainMember(name: string): string | null {
    const text = this.valueMember(name);
    return text === null || isAbsentText(text) || /^\s*[[{]/.test(text) ? null : text;
  }

  context(key: string): string | null {
    const { context, source } = this.#facts.event;
    if (context === null) return null;
    const name = Object.hasOwn(context, key) ? key : keyWithoutCase(context, key);
    const value = name === null ? undefined : context[name];
    if (name === null || value === undefined) return null;
    if (this.#masks && this.#facts.app.isRevenue(name)) return maskedText;
    if (typeof value === "string") return this.#masks ? this.#maskedText(value) : value;
    const member = memberText(memberText(source, "context") ?? "", name);
    return member ?? String(value);
  }

  contextKeys(): readonly string[] {
    return Object.keys(this.#facts.event.context ?? {});
  }

  lifecycle(key: string): string | null {
    const fact = lifecycleFact(this.#facts.event.enrichment?.lifecycle ?? {}, key);
    return fact !== null && this.#masks && this.#facts.app.isRevenue(key) ? maskedText : fact;
  }

  message(): MessageView | null {
    const { message, source } = this.#facts.event;
    if (message === null) return null;
    const { id, event, channel, templateName } = message;
    const text = memberText(memberText(source, "message") ?? "", "parameters") ?? "{}";
    const parametersText = this.#masks ? maskJson(text, this.#facts.app.isRevenue) : text;
    return { id, event, channel, templateName, parametersText };
  }

  abTest(): AbTestFacts | null {
    return this.#facts.event.abTest;
  }

  extra(name: string): string | null {
    const { extra } = this.#facts.event;
    const value = Object.hasOwn(extra, name) ? extra[name] : null;
    if (value === null || value === undefined || (typeof value === "string" && isAbsentText(value))) return null;
    if (this.#masks && this.#facts.app.isRevenue(name)) return maskedText;
    if (typeof value === "string") return this.#masks ? this.#maskedText(value) : value;
    const text = this.#facts.sourceText(name) ?? JSON.stringify(value);
    return this.#masks && typeof value === "object" ? maskJson(text, this.#facts.app.isRevenue) : text;
  }

  parameter(name: string): string | null {
    const { parameters } = this.#terms;
    return Object.hasOwn(parameters, name) ? (parameters[name] ?? null) : null;
  }

  /** As the source writes it, by whichever name it came. */
  #sourceText(field: EventField): string | null {
    let text = this.#facts.sourceText(field);
    for (const alias of aliasesOf(field)) text ??= this.#facts.sourceText(alias);
    return text;
  }

  #maskedText(text: string): string {
    return maskText(text, this.#facts.app.isRevenue);
  }
}

/** A value that is not in the source: it came under another name, or from the install record. */
const plainText = (field: EventField, value: FieldValue): string =>
  eventFields[field].kind === "time" && typeof value === "number" ? new Date(value).toISOString() : String(value);

function keyWithoutCase(context: Readonly<Record<string, FieldValue>>, key: string): string | null {
  const lower = key.toLowerCase();
  return Object.keys(context).find((name) => name.toLowerCase() === lower) ?? null;
}
