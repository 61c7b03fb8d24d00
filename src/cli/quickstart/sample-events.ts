import { demoApp, rulesApp } from "./demo-server.ts";

/** One event that the quickstart sends, and what has to become of it. */
export type SampleEvent = {
  readonly title: string;
  readonly event: SampleBody;
  /** `match`, or the skip reason, of each target in their order. */
  readonly expected: readonly string[];
};

type SampleBody = Readonly<Record<string, unknown>> & {
  readonly app_id: string;
  readonly event_name: string;
  readonly event_value?: object;
  readonly context?: object;
  readonly message?: object;
  readonly media_source?: string;
};

const dayMs = 86_400_000;
const network = "examplenetwork_int";
/** The device of the user that the network brought. */
export const demoDevice = "38400000-8cf0-11bd-b23e-10b96e40000d";
const organicDevice = "7e5c2d1a-94b3-4f0e-8d6b-2a1c3e5f7b90";
const oldDevice = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";

/** In the order in which they are sent: later ones lean on what the installs said. */
export const sampleEvents = (now: number): readonly SampleEvent[] => [
  ...installs(now),
  {
    title: "a player reaches level 4",
    event: event("level_up", demoDevice, { level: 4, coins: 120 }),
    expected: ["condition_unmet"],
  },
  {
    title: "the player reaches level 5",
    event: event("level_up", demoDevice, { level: 5, coins: 150 }),
    expected: ["match"],
  },
  {
    title: "the player buys something",
    event: event("af_purchase", demoDevice, { af_revenue: 50.87, af_currency: "USD", af_content_id: "sword" }),
    expected: ["match"],
  },
  {
    title: "the organic player buys something",
    event: event("af_purchase", organicDevice, { af_revenue: 4.99, af_currency: "EUR" }),
    expected: ["not_attributed"],
  },
  {
    title: "the organic player registers",
    event: event("af_complete_registration", organicDevice, { method: "mail" }),
    expected: ["match"],
  },
  {
    title: "an event that nobody mapped",
    event: event("tutorial_complete", demoDevice, { seconds: 94 }),
    expected: ["not_mapped"],
  },
  {
    title: "a purchase 30 days after the install",
    event: {
      ...event("af_purchase", oldDevice, { af_revenue: 9.99, af_currency: "USD" }),
      media_source: network,
      install_time: new Date(now - 30 * dayMs).toISOString(),
    },
    expected: ["outside_window"],
  },
  ...ruleSamples,
];

const reader = "5b0f8f4e-0c2a-4c1e-9a63-6a1f0a7d2c11";
const crash = (device: string): SampleBody => ({
  app_id: rulesApp,
  event_type: "hit",
  event_name: "crash",
  install_id: reader,
  context: { "a.CrashEvent": "CrashEvent", "a.DeviceName": device, "a.OSVersion": "iOS 8.1", pageName: "chapter 7" },
});

/** The other app's: of each event the rule on crashes is decided, then the one on messages. */
const ruleSamples: readonly SampleEvent[] = [
  { title: "the reader crashes on a tablet", event: crash("iPad Air 2"), expected: ["trigger_unmet", "wrong_kind"] },
  { title: "the reader crashes on the device", event: crash("iPhone 6 Plus"), expected: ["match", "wrong_kind"] },
  { title: "it crashes there again", event: crash("iPhone 6 Plus"), expected: ["shown_before", "wrong_kind"] },
  {
    title: "a push message is opened",
    event: {
      app_id: rulesApp,
      event_type: "message_event",
      event_name: "message_event",
      customer_user_id: "bob@example.com",
      message: { id: 4711, event: "Open", channel: "Push Notification" },
    },
    expected: ["trigger_unmet", "match"],
  },
];

const installs = (now: number): readonly SampleEvent[] => [
  {
    title: "a player installs, brought by the network",
    event: {
      ...conversion(demoDevice, now - 2 * dayMs),
      media_source: network,
      campaign: "Spring & Summer",
      country_code: "DE",
    },
    expected: ["match"],
  },
  {
    title: "a player installs, brought by nobody",
    event: { ...conversion(organicDevice, now - dayMs), media_source: "organic", country_code: "FR" },
    expected: ["not_attributed"],
  },
];

const conversion = (device: string, at: number): SampleBody => ({
  app_id: demoApp,
  event_type: "install",
  event_name: "install",
  event_time: new Date(at).toISOString(),
  install_time: new Date(at).toISOString(),
  advertising_id: device,
  platform: "android",
});

const event = (name: string, device: string, value: object): SampleBody => ({
  app_id: demoApp,
  event_name: name,
  event_value: value,
  advertising_id: device,
});
