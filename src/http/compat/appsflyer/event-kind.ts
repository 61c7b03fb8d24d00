import type { EventType } from "#src/core/events/event.ts";

/**
 * AppsFlyer's words for what an event is: the kinds of events that a Push API endpoint is set up for, and
 * the names and conversion types that its raw data has (domain.md 1.6, 1.8). `-`, `_`, blanks and letter case
 * tell nothing apart.
 */
const kinds: Readonly<Record<string, EventType>> = {
  install: "install",
  organicinstall: "install",
  installorganic: "install",
  reinstall: "reinstall",
  organicreinstall: "reinstall",
  reinstallorganic: "reinstall",
  reengagement: "re_engagement",
  reattribution: "re_attribution",
  uninstall: "uninstall",
};

/** What an endpoint may be told in its own address beyond them. */
const endpointKinds: Readonly<Record<string, EventType>> = {
  ...kinds,
  inappevent: "in_app_event",
  installinappevent: "in_app_event",
  organicinstallinappevent: "in_app_event",
  reengagementinappevent: "in_app_event",
  reattributioninappevent: "in_app_event",
  // The plural forms of the configuration API.
  installinappevents: "in_app_event",
  installinappeventsorganic: "in_app_event",
  reengagementinappevents: "in_app_event",
  reattributioninappevents: "in_app_event",
  session: "session",
  skanpostback: "skan_postback",
  postback: "skan_postback",
  postbackscopy: "skan_postback",
};

/** What the name of an event, or its conversion type, says that it is; null where it is a name like any other. */
export const kindOfName = (name: string): EventType | null => kindIn(kinds, name);

/** What `event_type` says; null where it is no kind of event. */
export const kindOfEndpoint = (type: string): EventType | null => kindIn(endpointKinds, type);

const kindIn = (table: Readonly<Record<string, EventType>>, text: string): EventType | null => {
  const plain = text.toLowerCase().replaceAll(/[-_\s]/g, "");
  return Object.hasOwn(table, plain) ? (table[plain] ?? null) : null;
};
