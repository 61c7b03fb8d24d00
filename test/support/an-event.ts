import type { Event } from "#src/core/events/event.ts";
import { appId, eventId } from "#src/core/ids.ts";

export type EventParts = Partial<Omit<Event, "id" | "appId" | "source" | "valueText">> & {
  readonly id?: string;
  readonly appId?: string;
  /** `event_value`: an object, or its JSON text where the text matters (`{"af_revenue":120.00}`). */
  readonly value?: Readonly<Record<string, unknown>> | string;
  /** More members of the source, where they are not declared: also put into `extra`. */
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly source?: string;
};

/** 2026-01-14T12:00:00.000Z, the instant of most events in tests. */
export const noon = Date.UTC(2026, 0, 14, 12);
export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

let made = 0;

/** An in-app event `purchase` of app `com.example.game` at `noon`; say only what matters. Its source holds what its parts say. */
export function anEvent(parts: EventParts = {}): Event {
  made += 1;
  const { id, appId: app, value, source, ...rest } = parts;
  const valueText = value === undefined ? null : typeof value === "string" ? value : JSON.stringify(value);
  const event: Event = {
    id: eventId(id ?? `019bbc5e-0000-7000-8000-${made.toString(16).padStart(12, "0")}`),
    appId: appId(app ?? "com.example.game"),
    clientEventId: null,
    type: "in_app_event",
    name: rest.type === undefined || rest.type === "in_app_event" ? "purchase" : rest.type,
    time: noon,
    receivedAt: noon,
    isTest: false,
    fields: {},
    context: null,
    message: null,
    abTest: null,
    sharingFilter: null,
    consent: null,
    extra: {},
    senderIp: null,
    ipCountry: null,
    enrichment: null,
    ...rest,
    valueText,
    source: "",
  };
  return { ...event, source: source ?? sourceOf(event) };
}

/** The wire form of an event, as a client would have sent it. */
function sourceOf(event: Event): string {
  const members: Record<string, unknown> = {
    app_id: event.appId,
    event_type: event.type,
    event_name: event.name,
    event_time: new Date(event.time).toISOString(),
    ...(event.clientEventId === null ? {} : { event_id: event.clientEventId }),
    ...(event.isTest ? { is_test: true } : {}),
    ...event.fields,
    ...(event.context === null ? {} : { context: event.context }),
    ...(event.sharingFilter === null ? {} : { sharing_filter: event.sharingFilter }),
    ...(event.consent === null ? {} : { consent_data: event.consent }),
    ...(event.message === null
      ? {}
      : {
          message: {
            id: event.message.id,
            event: event.message.event,
            channel: event.message.channel,
            template_name: event.message.templateName,
            parameters: event.message.parameters,
          },
        }),
    ...(event.abTest === null ? {} : { ab_test: { id: event.abTest.id, variant_id: event.abTest.variantId } }),
    ...event.extra,
  };
  const text = JSON.stringify(members);
  return event.valueText === null ? text : `${text.slice(0, -1)},"event_value":${event.valueText}}`;
}
