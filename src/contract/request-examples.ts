/** A body as one would send it: JSON, or text for media types of their own. */
type Example = { readonly summary: string; readonly value: unknown };
type ExamplesByMediaType = Readonly<Record<string, Readonly<Record<string, Example>>>>;

const json = (examples: Readonly<Record<string, Example>>): ExamplesByMediaType => ({ "application/json": examples });

const purchase = {
  event_id: "0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
  app_id: "com.example.game",
  event_name: "af_purchase",
  event_time: "2026-11-24T12:00:00.000Z",
  event_value: { af_revenue: 50.87, af_currency: "USD" },
  advertising_id: "38400000-8cf0-11bd-b23e-10b96e40000d",
  install_id: "1669885438000-6001234",
  media_source: "examplenetwork_int",
};
const install = {
  app_id: "com.example.game",
  event_type: "install",
  event_name: "install",
  install_id: "1669885438000-6001234",
  platform: "android",
  media_source: "examplenetwork_int",
  clickid: "b3f1c2d4",
};

const partner = {
  id: "example_network",
  name: "Example Network",
  templates: [
    {
      event_kind: "in_app_event",
      dialect: "carom",
      url: "https://postbacks.example.net/event?click={clickid}&name={partner_event}",
    },
  ],
};

const integration = {
  in_app_postbacks: { window: { days: 90 } },
  mappings: [{ event_name: "af_purchase", partner_event: "purchase", send_for: "all_sources" }],
};

const grant = {
  configure_in_app_postbacks: true,
  share_events: "attributed_only",
  share_revenue: true,
  event_names: ["af_purchase"],
};

/**
 * Bodies for openapi.json, by operation and media type. They belong together: made in the order in which they stand
 * here, each is taken by a server that has nothing yet (`request-examples.test.ts`).
 */
export const requestExamples: Readonly<Record<string, ExamplesByMediaType>> = {
  createAccount: json({
    agency: {
      summary: "An agency, and what `af_prt` says where it brought the user",
      value: { id: "bright", kind: "agency", af_prt_names: ["brightprt"] },
    },
  }),
  createPartner: json({
    own: { summary: "With a template of its own", value: partner },
  }),
  createApp: json({ app: { summary: "An app", value: { id: "com.example.game", name: "Example Game" } } }),
  replaceIntegration: json({ mapped: { summary: "One event is sent, under the partner's name", value: integration } }),
  replaceGrant: json({
    narrow: { summary: "The agency maps one event, of the users that it brought, with revenue", value: grant },
  }),
  makeKey: json({
    ingest: {
      summary: "For the app: it sends events, and reads nothing",
      value: { kind: "ingest", name: "the game", app_id: "com.example.game" },
    },
    management: {
      summary: "For a person or a program that configures",
      value: { kind: "management", name: "deploy", role: "editor" },
    },
  }),
  sendEvents: {
    "application/json": {
      one: { summary: "One event", value: purchase },
      array: { summary: "Several", value: [install, { ...purchase, event_id: "2" }] },
    },
    "application/x-ndjson": {
      lines: {
        summary: "One event a line",
        value: `${JSON.stringify(install)}\n${JSON.stringify({ ...purchase, event_id: "3" })}\n`,
      },
    },
  },
};
