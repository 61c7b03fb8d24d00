import type { Event, EventType } from "#src/core/events/event.ts";
import { isRejected } from "#src/core/events/rejection.ts";
import { conversionKindOf } from "#src/core/installs/install-conversion.ts";
import { memberText, textOfJson } from "#src/core/json/json-text.ts";
import { maskJson } from "#src/core/money/mask-json.ts";
import type { AppTerms } from "./app-terms.ts";
import { type Consent, consentOf } from "./consent-data.ts";
import type { EventSource } from "./event-shape.ts";
import { laterCasesOf, type TemplateCase, templateCaseOf } from "./template-case.ts";
import { isTestDevice } from "./test-devices.ts";

/**
 * What the steps ask of one event, as completed by its install record; read once for all integrations
 * of its app. What only some targets ask for is read when the first one does, and kept.
 */
export class EventFacts implements EventSource {
  readonly event: Event;
  readonly app: AppTerms;
  readonly isTest: boolean;
  readonly isConversion: boolean;
  readonly isRejected: boolean;
  readonly afPrt: string | null;
  readonly mediaSource: string | null;
  /** Epoch milliseconds of the conversion that the window is counted from. */
  readonly conversionAt: number | null;
  /** True while a later install record could complete it. A SKAN postback tells of no device: no record will be found. */
  readonly lacksInstall: boolean;
  /** Number of the redelivery that is rendered; 0 for the original. */
  readonly redelivery: number;
  #templateCase: TemplateCase | null = null;
  #consent: Consent | null = null;
  #maskedValue: string | null | undefined;
  #sourceTexts: Map<string, string | null> | null = null;

  constructor(event: Event, app: AppTerms, redelivery = 0) {
    const { fields, enrichment } = event;
    const added = enrichment?.fields;
    this.event = event;
    this.app = app;
    this.redelivery = redelivery;
    this.isConversion = conversionKindOf(event) !== null;
    this.isRejected = isRejected(event);
    this.isTest = event.isTest || isTestDevice(event, app.testDevices);
    this.mediaSource = textOrNull(fields.media_source ?? added?.media_source);
    this.afPrt = textOrNull(fields.af_prt ?? added?.af_prt);
    this.conversionAt = enrichment?.conversionAt ?? (this.isConversion ? event.time : ownInstallTime(event));
    this.lacksInstall = enrichment === null && !this.isConversion && event.type !== "skan_postback";
  }

  get type(): EventType {
    return this.event.type;
  }

  get name(): string {
    return this.event.name;
  }

  get isSecondRow(): boolean {
    return this.event.fields.is_primary_attribution === false;
  }

  get templateCase(): TemplateCase {
    this.#templateCase ??= templateCaseOf(this.event, this);
    return this.#templateCase;
  }

  /** Every case that an install record could still make of it. */
  get laterTemplateCases(): readonly TemplateCase[] {
    return laterCasesOf(this.event, this.templateCase);
  }

  get consent(): Consent {
    this.#consent ??= consentOf(this.event);
    return this.#consent;
  }

  /** `event_value` with the app's revenue members masked, or null without one. */
  get valueWithoutRevenue(): string | null {
    const { valueText } = this.event;
    if (this.#maskedValue === undefined) {
      this.#maskedValue = valueText === null ? null : maskJson(valueText, this.app.isRevenue);
    }
    return this.#maskedValue;
  }

  /** A member of the event as its source writes it, or null where the source has none of this name. */
  sourceText(name: string): string | null {
    this.#sourceTexts ??= new Map();
    const known = this.#sourceTexts.get(name);
    if (known !== undefined) return known;
    const member = memberText(this.event.source, name);
    const text = member === null ? null : textOfJson(member);
    this.#sourceTexts.set(name, text);
    return text;
  }
}

const textOrNull = (value: string | number | boolean | undefined): string | null =>
  value === undefined ? null : String(value);

const ownInstallTime = (event: Event): number | null => {
  const time = event.fields.install_time;
  return typeof time === "number" ? time : null;
};
