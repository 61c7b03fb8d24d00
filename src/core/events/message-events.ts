import { type MessageChannel, messageChannels } from "#src/core/catalog/postback-rule.ts";
import type { MessageFacts } from "./event.ts";

/** Which events of a message trigger a rule, by channel (seed 001). The page writes both Send and Sent: they are one. */
export const messageEvents: Readonly<Record<Exclude<MessageChannel, "In-app Message">, readonly string[]>> = {
  "Push Notification": ["Sent", "Open", "Held Back"],
  Email: [
    "Sent",
    "Deferred",
    "Delivered",
    "Bounce",
    "Open",
    "Click",
    "Marked as spam",
    "Dropped",
    "Unsubscribe",
    "Held Back",
  ],
};

/** Of in-app messages the events depend on the template; these are every template's. */
export const inAppEvents: readonly string[] = ["View", "Held Back"];
export const inAppTemplateEvents: Readonly<Record<string, readonly string[]>> = {
  "Center Popup": ["Accept"],
  Confirm: ["Accept"],
  Interstitial: ["Accept"],
  "Rich interstitial": ["Select Button 1", "Select Button 2"],
  "Satisfaction Survey": ["Submit"],
  Banner: ["Select"],
};

/** The channel that a message's `channel` means: `push`, `Push Notification`, `in-app message`, …; null for every other. */
export const channelOf = ({ channel }: MessageFacts): MessageChannel | null => channelNamed(channel);

export const channelNamed = (name: string): MessageChannel | null => channelByName.get(plain(name)) ?? null;

/** Whether messages of this channel, and in-app of this template, have such an event. */
export const hasMessageEvent = (channel: MessageChannel, { event, templateName }: MessageFacts): boolean => {
  const name = plain(event);
  const known = channel === "In-app Message" ? inAppNames(plain(templateName)) : channelNames[channel];
  return known.has(name === "send" ? "sent" : name);
};

/** Letter case, `-`, `_` and doubled blanks tell nothing apart. */
const plain = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/[-_\s]+/g, " ");

const channelByName: ReadonlyMap<string, MessageChannel> = new Map([
  ...messageChannels.map((channel) => [plain(channel), channel] as const),
  ["push", "Push Notification"],
  ["in app", "In-app Message"],
]);

const namesOf = (events: readonly string[]): ReadonlySet<string> => new Set(events.map(plain));
const channelNames = {
  "Push Notification": namesOf(messageEvents["Push Notification"]),
  Email: namesOf(messageEvents.Email),
} as const;
const everyTemplateNames = namesOf(inAppEvents);
const templateNames: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(inAppTemplateEvents).map(([template, events]) => [
    plain(template),
    namesOf([...inAppEvents, ...events]),
  ]),
);
const inAppNames = (template: string): ReadonlySet<string> => templateNames.get(template) ?? everyTemplateNames;
