import fc from "fast-check";
import { type App, type Catalog, dataSharingLevels, mappingMethods, sendForValues } from "#src/core/catalog/catalog.ts";
import { type Event, eventTypes } from "#src/core/events/event.ts";
import { aCatalog, aGrant, aMapping, anAccount, anApp, anIntegration, aPartner, aTemplate } from "./a-catalog.ts";
import { anEvent, dayMs, noon } from "./an-event.ts";

/** Catalogs and events of a small world, so that most steps of a decision are met, passed and failed. */

const partners = ["net_a", "net_b"] as const;
const names = ["purchase", "level_up", "af_app_opened"] as const;
const mostlyTrue = fc.boolean().chain((first) => (first ? fc.constant(true) : fc.boolean()));

const anyMapping = fc
  .record({
    eventName: fc.constantFrom(...names),
    active: mostlyTrue,
    sendFor: fc.constantFrom(...sendForValues),
    dataSharing: fc.constantFrom(...dataSharingLevels),
    conditions: fc.constantFrom([], [{ property: "level", value: "5" }]),
  })
  .map((parts) => aMapping(parts));

const anyIntegration = fc
  .record({
    partnerId: fc.constantFrom(...partners),
    configurator: fc.constantFrom(null, "agency"),
    active: mostlyTrue,
    takesTests: fc.boolean(),
    installPostbacks: fc.constantFrom("off" as const, ...sendForValues),
    window: fc.constantFrom({ kind: "lifetime" as const }, { kind: "days" as const, days: 10 }),
    mappingMethod: fc.constantFrom(...mappingMethods.filter((method) => method !== "pick_list")),
    sendFor: fc.constantFrom(...sendForValues),
    inAppActive: mostlyTrue,
    rejectedEvents: fc.boolean(),
    mappings: fc.array(anyMapping, { maxLength: 3 }),
  })
  .map(({ window, mappingMethod, sendFor, inAppActive, rejectedEvents, mappings, ...parts }) =>
    anIntegration({
      ...parts,
      mappings: mappings.map((mapping, index) => aMapping({ ...mapping, id: `m${index}` })),
      inApp: { active: inAppActive, window, mappingMethod, sendFor, rejectedEvents },
    }),
  );

const anyGrants = fc.constantFrom(
  [],
  [aGrant()],
  [aGrant({ shareEvents: "attributed_only" })],
  [aGrant({ eventNames: ["level_up"], shareRevenue: false })],
);

const urls = ["https://p.example/?e=<event>&m=<mapped>&v=<value>", "faults", "lacks", "throws"] as const;

export const anyCatalog: fc.Arbitrary<Catalog> = fc
  .record({
    active: mostlyTrue,
    appActive: mostlyTrue,
    partnerActive: mostlyTrue,
    requiresConsent: fc.boolean(),
    url: fc.constantFrom(...urls),
    hasPrivacy: fc.boolean(),
    integrations: fc.uniqueArray(anyIntegration, {
      maxLength: 4,
      selector: ({ partnerId, configurator }) => `${partnerId}:${configurator}`,
    }),
    grants: anyGrants,
  })
  .map(({ active, appActive, partnerActive, requiresConsent, url, hasPrivacy, integrations, grants }) => {
    const templates = [aTemplate({ url }), ...(hasPrivacy ? [aTemplate({ url: urls[0], privacy: true })] : [])];
    const installs = [...templates, aTemplate({ eventKind: "install", url: urls[0] })];
    const app: App = anApp({ active: appActive, requiresConsent, testDevices: ["tester"], integrations, grants });
    return aCatalog({
      active,
      accounts: [anAccount()],
      partners: [
        aPartner({ id: "net_a", templates: installs }),
        aPartner({ id: "net_b", active: partnerActive, templates }),
      ],
      apps: [app],
    });
  });

export const anyEvent: fc.Arbitrary<Event> = fc
  .record({
    type: fc.oneof(
      { weight: 3, arbitrary: fc.constant("in_app_event" as const) },
      { weight: 1, arbitrary: fc.constantFrom(...eventTypes) },
    ),
    name: fc.constantFrom(...names, "unmapped"),
    isTest: fc.constantFrom(false, false, true),
    days: fc.integer({ min: -1, max: 12 }),
    fields: fc.record(
      {
        media_source: fc.constantFrom("net_a", "net_b", "organic", "nobodys", "Organic"),
        af_prt: fc.constantFrom("agencyprt", "somebody"),
        install_time: fc.constant(noon),
        is_primary_attribution: fc.boolean(),
        is_rejected: fc.boolean(),
        platform: fc.constantFrom("ios", "Android"),
        att: fc.constantFrom(1, 3),
        device_id: fc.constantFrom("tester", "other"),
      },
      { requiredKeys: [] },
    ),
    enrichment: fc.constantFrom(null, {
      version: 1,
      conversionAt: noon,
      conversionKind: "install" as const,
      fields: { media_source: "net_a", af_prt: "agencyprt" },
      lifecycle: {},
    }),
    level: fc.constantFrom(null, 5, "5", 6),
    sharingFilter: fc.constantFrom(null, null, "all" as const, ["net_a"]),
    consent: fc.constantFrom(
      null,
      { manual: { ad_user_data_enabled: true } },
      { manual: { ad_user_data_enabled: false } },
    ),
  })
  .map(({ days, level, ...parts }) =>
    anEvent({
      ...parts,
      time: noon + days * dayMs,
      ...(level === null ? {} : { value: { level, af_revenue: 5 } }),
    }),
  );
