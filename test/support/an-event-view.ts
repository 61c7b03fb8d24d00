import { createHash, createHmac } from "node:crypto";
import type { EventField } from "#src/core/events/event-fields.ts";
import type { EventView } from "#src/core/events/event-view.ts";
import { eventId } from "#src/core/ids.ts";
import type { Hashes } from "#src/core/templates/hashes.ts";

export type ViewParts = Partial<
  Omit<EventView, "eventId" | "text" | "time" | "valueText" | "monetary" | "currency">
> & {
  readonly fields?: Readonly<Partial<Record<EventField, string>>>;
  readonly times?: Readonly<Partial<Record<EventField, number>>>;
  readonly value?: string | null;
  readonly monetary?: string | null;
  readonly currency?: string | null;
};

/** An event as a template sees it, without the event: an in-app event `af_purchase` of which nothing more is known. */
export const anEventView = (parts: ViewParts = {}): EventView => {
  const { fields = {}, times = {}, value = null, monetary = null, currency = null, ...rest } = parts;
  return {
    eventId: eventId("0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"),
    postbackId: "0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b-k3x9",
    appId: "com.example.game",
    appName: "Example Game",
    type: "in_app_event",
    eventName: "af_purchase",
    partnerEvent: "purchase",
    eventTime: Date.UTC(2016, 0, 5, 10, 20, 30, 456),
    receivedAt: Date.UTC(2016, 0, 5, 10, 20, 31),
    installedAt: null,
    conversionAt: null,
    conversionKind: null,
    isRejected: false,
    earnedBy: null,
    text: (field) => fields[field] ?? null,
    time: (field) => times[field] ?? null,
    valueText: () => value,
    valueMember: () => null,
    monetary: () => monetary,
    currency: () => currency,
    reportedMonetary: () => monetary,
    revenueIn: (wanted) => (wanted === currency?.toUpperCase() ? monetary : null),
    selectedCurrency: null,
    context: () => null,
    contextKeys: () => [],
    lifecycle: () => null,
    message: () => null,
    abTest: () => null,
    extra: () => null,
    parameter: () => null,
    ...rest,
  };
};

const hex = (algorithm: string, text: string): string => createHash(algorithm).update(text).digest("hex");

export const testHashes: Hashes = {
  md5: (text) => hex("md5", text),
  sha1: (text) => hex("sha1", text),
  sha256: (text) => hex("sha256", text),
  hmacSha256: (key, text) => createHmac("sha256", key).update(text).digest("hex"),
};
