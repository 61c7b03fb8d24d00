import { nodeHashes } from "#src/adapters/system/node-hashes.ts";
import { readCatalogDocument } from "#src/contract/catalog-document.ts";
import type { GalleryPartner } from "#src/contract/gallery-document.ts";
import { compileCatalog } from "#src/core/compile/compile-catalog.ts";
import { nothingShown } from "#src/core/decide/verdict.ts";
import { parseEvent } from "#src/core/events/parse-event.ts";
import { eventId } from "#src/core/ids.ts";
import { invariant } from "#src/core/invariant.ts";
import { fillSecretMarks } from "#src/core/templates/secret-mark.ts";

export type SampleRequest = {
  /** `install ios`, `in_app_event android`, … */
  readonly of: string;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: readonly string[];
    readonly body: string | null;
  };
};

/** `whole`: events with all that an app may tell, all of it shared. `barest`: with a click id and the platform alone, nothing shared. */
export type SampleFill = "whole" | "barest";

/**
 * What a partner of the gallery is sent of sample events, with sample parameters and its secrets' names; and what the lint
 * says. An event that its templates skip for want of a value has no request.
 */
export const sampleRequests = (
  partner: GalleryPartner,
  fill: SampleFill = "whole",
): { readonly samples: readonly SampleRequest[]; readonly warnings: readonly string[] } => {
  const reading = readCatalogDocument(JSON.stringify(catalogWith(partner, fill)), "json");
  invariant(reading.kind === "read", `${partner.id} stands in a catalog: ${JSON.stringify(reading)}`);
  const compilation = compileCatalog(reading.catalog, { hashes: nodeHashes });
  invariant(compilation.kind === "compiled", `${partner.id} compiles: ${JSON.stringify(compilation)}`);
  const app = compilation.compiled.apps.values().next().value;
  invariant(app !== undefined, "the sample catalog has an app");
  const samples = sampleEvents.flatMap(({ of, members }) => {
    const told = fill === "whole" ? { ...everyEvent, ...members } : barestOf({ ...everyEvent, ...members });
    const parsed = parseEvent({ ...sample, source: JSON.stringify(told) });
    invariant(parsed.kind === "event", `the sample ${of} is an event`);
    const [match] = app.decide(parsed.event, nothingShown).matches;
    if (match === undefined) return [];
    invariant(match.rendered.kind === "request", `${partner.id} renders ${of}: ${JSON.stringify(match.rendered)}`);
    const { method, url, headers, body } = match.rendered.request;
    return [
      {
        of,
        request: { method, url: named(url), headers: headers.map(named), body: body === null ? null : named(body) },
      },
    ];
  });
  return { samples, warnings: compilation.warnings.map(({ code }) => code) };
};

const named = (text: string): string => fillSecretMarks(text, ({ name }) => `[secret ${name}]`);

const barestOf = (members: object): object =>
  Object.fromEntries(Object.entries(members).filter(([name]) => barestMembers.has(name)));

const barestMembers: ReadonlySet<string> = new Set([
  "app_id",
  "event_type",
  "event_name",
  "blocked_reason",
  "clickid",
  "platform",
]);

const catalogWith = ({ id, document, parameters }: GalleryPartner, fill: SampleFill) => ({
  carom: 1,
  partners: [document],
  apps: [
    {
      id: "com.example.game",
      integrations: [
        {
          partner_id: id,
          parameters: Object.fromEntries(Object.keys(parameters).map((name) => [name, sampleParameter(name)])),
          install_postbacks: "all_sources",
          in_app_postbacks: { window: "lifetime", rejected_events: true },
          mappings: [
            {
              event_name: "purchase",
              partner_event: "sale",
              send_for: "all_sources",
              data_sharing: fill === "whole" ? "values_and_revenue" : "none",
            },
          ],
        },
      ],
    },
  ],
});

/** One that stands in a host must be one. */
const sampleParameter = (name: string): string => {
  if (name === "domain") return "track.example.com";
  return name === "network_id" ? "example" : `my_${name}`;
};

const sample = {
  id: eventId("019bbc5e-0000-7000-8000-000000000001"),
  receivedAt: Date.UTC(2026, 0, 14, 12),
  senderIp: null,
  defaultAppId: null,
};

const everyEvent = {
  app_id: "com.example.game",
  event_time: "2026-01-14T12:00:00.000Z",
  install_time: "2026-01-14T11:00:00.000Z",
  app_name: "Game & Co",
  app_version: "4.2.1",
  install_id: "1547985076649-5309999",
  device_id: "device-4711",
  customer_user_id: "user 4711",
  clickid: "click/1+2",
  transaction_id: "order-7",
  media_source: "example_int",
  campaign: "spring sale",
  country_code: "US",
  language: "en-US",
  ip: "198.51.100.7",
  user_agent: "Dalvik/2.1.0 (Linux; U)",
  os_version: "17.5.1",
  app_instance_id: "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
};
const ios = {
  platform: "ios",
  idfa: "aebe52e7-03ee-455a-b3c4-e57283966239",
  idfv: "599F9C00-92DC-4B5C-9464-7971F01F8370",
  att: 3,
};
const android = {
  platform: "android",
  advertising_id: "CDDA802E-fb9c-47ad-9866-0794d394c912",
  android_id: "9aaeecc4455a1b2c",
};
const purchase = { event_name: "purchase", event_value: { af_revenue: 12.5, af_currency: "USD", level: 5 } };

const sampleEvents = [
  { of: "install ios", members: { ...ios, event_type: "install" } },
  { of: "install android", members: { ...android, event_type: "install" } },
  { of: "in_app_event ios", members: { ...ios, ...purchase } },
  { of: "in_app_event android", members: { ...android, ...purchase } },
  { of: "rejected_event android", members: { ...android, ...purchase, blocked_reason: "bots" } },
];
