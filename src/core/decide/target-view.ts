import { isAbsentText } from "#src/core/absent-value.ts";
import type { DataSharing } from "#src/core/catalog.ts";
import type { FieldValue } from "#src/core/event.ts";
import { type EventField, eventFields } from "#src/core/event-fields.ts";
import type { EventView } from "#src/core/event-view.ts";
import { memberText, textOfJson } from "#src/core/json-text.ts";
import { maskedText, maskJson, maskTextHoldingJson } from "#src/core/mask-json.ts";
import { type EventFacts, valueWithoutRevenue } from "./event-facts.ts";
import type { AppTerms } from "./terms.ts";

export type ViewTerms = {
  readonly app: AppTerms;
  readonly sharing: DataSharing;
  readonly partnerEvent: string;
  readonly postbackId: string;
  readonly parameters: Readonly<Record<string, string>>;
};

/**
 * The event as one target may see it. A class, since ten of these are made for one event: its methods
 * are shared, nothing is read before a macro asks, and texts are cut from the event's source only then.
 */
export class TargetView implements EventView {
  readonly eventId: EventView["eventId"];
  readonly postbackId: string;
  readonly appId: string;
  readonly appName: string;
  readonly type: EventView["type"];
  readonly eventName: string;
  readonly partnerEvent: string;
  readonly eventTime: number;
  readonly receivedAt: number;
  readonly installedAt: number | null;
  readonly conversionAt: number | null;
  readonly isRejected: boolean;
  readonly #facts: EventFacts;
  readonly #terms: ViewTerms;
  /** True where revenue may not be seen. */
  readonly #masks: boolean;

  constructor(facts: EventFacts, terms: ViewTerms) {
    const { event } = facts;
    this.#facts = facts;
    this.#terms = terms;
    this.#masks = terms.sharing !== "values_and_revenue";
    this.eventId = event.id;
    this.postbackId = terms.postbackId;
    this.appId = event.appId;
    this.appName = terms.app.app.name;
    this.type = event.type;
    this.eventName = event.name;
    this.partnerEvent = terms.partnerEvent;
    this.eventTime = event.time;
    this.receivedAt = event.receivedAt;
    this.conversionAt = facts.conversionAt;
    this.isRejected = facts.isRejected;
    const startsAnew = event.type === "install" || event.type === "reinstall";
    this.installedAt = this.time("install_time") ?? (startsAnew ? event.time : null);
  }

  get isRetargeting(): boolean {
    const { event } = this.#facts;
    const { fields, enrichment } = event;
    if (event.type === "re_engagement" || event.type === "re_attribution") return true;
    if (fields.is_retargeting !== undefined) return fields.is_retargeting === true;
    return (
      enrichment?.conversionKind === "re_engagement" ||
      enrichment?.conversionKind === "re_attribution" ||
      enrichment?.fields.is_retargeting === true
    );
  }

  text(field: EventField): string | null {
    const { event } = this.#facts;
    const { app } = this.#terms;
    if (this.#masks && app.revenueFields.has(field)) return maskedText;
    const own = event.fields[field];
    const value = own ?? (field === "ip" ? this.#deviceAddress() : event.enrichment?.fields[field]);
    if (value === undefined) return null;
    if (typeof value !== "string") {
      return (own === undefined ? null : sourceText(event.source, field)) ?? plainText(field, value);
    }
    return this.#masks ? (maskTextHoldingJson(value, app.isRevenue) ?? value) : value;
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
        return valueWithoutRevenue(this.#facts, this.#terms.app);
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
    return this.text("event_revenue") ?? this.valueMember("af_revenue");
  }

  currency(): string | null {
    return this.text("event_revenue_currency") ?? this.valueMember("af_currency");
  }

  context(key: string): string | null {
    const { context, source } = this.#facts.event;
    if (context === null) return null;
    const name = Object.hasOwn(context, key) ? key : keyWithoutCase(context, key);
    const value = name === null ? undefined : context[name];
    if (name === null || value === undefined) return null;
    if (this.#masks && this.#terms.app.isRevenue(name)) return maskedText;
    if (typeof value === "string") return this.#masks ? this.#maskedText(value) : value;
    return sourceText(memberText(source, "context") ?? "", name) ?? String(value);
  }

  extra(name: string): string | null {
    const { extra, source } = this.#facts.event;
    const value = Object.hasOwn(extra, name) ? extra[name] : null;
    if (value === null || value === undefined || (typeof value === "string" && isAbsentText(value))) return null;
    if (this.#masks && this.#terms.app.isRevenue(name)) return maskedText;
    if (typeof value === "string") return this.#masks ? this.#maskedText(value) : value;
    const text = sourceText(source, name) ?? JSON.stringify(value);
    return this.#masks && typeof value === "object" ? maskJson(text, this.#terms.app.isRevenue) : text;
  }

  parameter(name: string): string | null {
    const { parameters } = this.#terms;
    return Object.hasOwn(parameters, name) ? (parameters[name] ?? null) : null;
  }

  #maskedText(text: string): string {
    return maskTextHoldingJson(text, this.#terms.app.isRevenue) ?? text;
  }

  /**
   * The device's address where the event tells none: the sender's, if the sender is the device (`event_source`
   * says SDK), else the install's. A server's address must not pose as a device's.
   */
  #deviceAddress(): FieldValue | undefined {
    const { event } = this.#facts;
    const isDevice = String(event.fields.event_source ?? "").toLowerCase() === "sdk";
    return (isDevice ? event.senderIp : null) ?? event.enrichment?.fields.ip;
  }
}

const sourceText = (source: string, name: string): string | null => {
  const text = memberText(source, name);
  return text === null ? null : textOfJson(text);
};

/** A value that is not in the source: it came under another name, or from the install record. */
const plainText = (field: EventField, value: FieldValue): string =>
  eventFields[field].kind === "time" && typeof value === "number" ? new Date(value).toISOString() : String(value);

/** A member by its own name, else by a name for each dot. */
function memberAt(objectText: string, path: string): string | null {
  const whole = memberText(objectText, path);
  if (whole !== null) return textOfJson(whole);
  for (let dot = path.indexOf("."); dot !== -1; dot = path.indexOf(".", dot + 1)) {
    const inner = memberText(objectText, path.slice(0, dot));
    const found = inner === null ? null : memberAt(inner, path.slice(dot + 1));
    if (found !== null) return found;
  }
  return null;
}

function keyWithoutCase(context: Readonly<Record<string, FieldValue>>, key: string): string | null {
  const lower = key.toLowerCase();
  return Object.keys(context).find((name) => name.toLowerCase() === lower) ?? null;
}
