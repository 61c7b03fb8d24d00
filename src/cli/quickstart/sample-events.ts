/** One event that the quickstart sends, and what has to become of it. */
export type SampleEvent = {
  readonly title: string;
  readonly event: SampleBody;
  /** `match`, or the skip reason. */
  readonly expected: string;
};

type SampleBody = Readonly<Record<string, unknown>> & {
  readonly event_name: string;
  readonly event_value?: object;
  readonly media_source?: string;
};

const dayMs = 86_400_000;
const appId = "com.example.game";
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
    expected: "condition_unmet",
  },
  {
    title: "the player reaches level 5",
    event: event("level_up", demoDevice, { level: 5, coins: 150 }),
    expected: "match",
  },
  {
    title: "the player buys something",
    event: event("af_purchase", demoDevice, { af_revenue: 50.87, af_currency: "USD", af_content_id: "sword" }),
    expected: "match",
  },
  {
    title: "the organic player buys something",
    event: event("af_purchase", organicDevice, { af_revenue: 4.99, af_currency: "EUR" }),
    expected: "not_attributed",
  },
  {
    title: "the organic player registers",
    event: event("af_complete_registration", organicDevice, { method: "mail" }),
    expected: "match",
  },
  {
    title: "an event that nobody mapped",
    event: event("tutorial_complete", demoDevice, { seconds: 94 }),
    expected: "not_mapped",
  },
  {
    title: "a purchase 30 days after the install",
    event: {
      ...event("af_purchase", oldDevice, { af_revenue: 9.99, af_currency: "USD" }),
      media_source: network,
      install_time: new Date(now - 30 * dayMs).toISOString(),
    },
    expected: "outside_window",
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
    expected: "match",
  },
  {
    title: "a player installs, brought by nobody",
    event: { ...conversion(organicDevice, now - dayMs), media_source: "organic", country_code: "FR" },
    expected: "not_attributed",
  },
];

const conversion = (device: string, at: number): SampleBody => ({
  app_id: appId,
  event_type: "install",
  event_name: "install",
  event_time: new Date(at).toISOString(),
  install_time: new Date(at).toISOString(),
  advertising_id: device,
  platform: "android",
});

const event = (name: string, device: string, value: object): SampleBody => ({
  app_id: appId,
  event_name: name,
  event_value: value,
  advertising_id: device,
});
