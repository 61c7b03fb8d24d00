/**
 * Decides and renders on one core, nothing else: `apps` apps with ten integrations of five mappings
 * each. Events of one kind are attributed to one of the partners (1 match), those of the other are
 * sent for all sources (10 matches). Apps and events are taken in turn, so that none is warm by itself.
 */

import { nodeHashes } from "../../src/adapters/system/node-hashes.ts";
import { readCatalogDocument } from "../../src/contract/catalog-document.ts";
import { compileCatalog } from "../../src/core/compile/compile-catalog.ts";
import { nothingShown } from "../../src/core/decide/verdict.ts";
import { parseEvent } from "../../src/core/events/parse-event.ts";
import { eventId } from "../../src/core/ids.ts";

const [appsText = "", dialect = "appsflyer"] = process.argv.slice(2);
const appCount = Number(appsText);
const partnerCount = 10;

/** Twelve macros, the same in each dialect. */
const paths: Readonly<Record<string, string>> = {
  appsflyer:
    "n=(clickid)&t=(af_siteid)&pid=(media_source)&event=(mapped-iae)&advertising_id=(advertiserId)&install_time=(install-unix-ts)&country=(country_code)&os=(os-version)&device=(device-model)&c=(campaign)&v=(app-version-name)&lang=(language)",
  carom:
    "n={clickid}&t={af_siteid}&pid={media_source}&event={partner_event_id}&advertising_id={advertising_id}&install_time={install_time|unix_s}&country={country_code}&os={os_version}&device={device_type}&c={campaign}&v={app_version}&lang={language}",
};
const query = paths[dialect];
if (query === undefined) throw new Error(`no template in the dialect ${dialect}`);

const numbers = Array.from({ length: partnerCount }, (_, number) => number);
const mappingsFor = [
  { event_name: "level_up", partner_event: "lvl", send_for: "partner_only", conditions: [] },
  { event_name: "purchase", partner_event: "buy", send_for: "all_sources", data_sharing: "values_and_revenue" },
  ...["tutorial", "share", "invite"].map((name) => ({ event_name: name, partner_event: name })),
];
const document = {
  carom: 1,
  partners: numbers.map((partner) => ({
    id: `p${partner}_int`,
    name: `Partner ${partner}`,
    templates: [{ event_kind: "in_app_event", dialect, url: `https://p${partner}.example/postback?${query}` }],
  })),
  apps: Array.from({ length: appCount }, (_, app) => ({
    id: `com.example.app${app}`,
    name: `App ${app}`,
    integrations: numbers.map((partner) => ({
      partner_id: `p${partner}_int`,
      active: true,
      install_postbacks: "off",
      in_app_postbacks: { window: { days: 180 }, mapping_method: "free_text" },
      mappings: mappingsFor,
    })),
  })),
};

const reading = readCatalogDocument(JSON.stringify(document), "json");
if (reading.kind === "refused") throw new Error(JSON.stringify(reading.problems.slice(0, 3)));
const compilation = compileCatalog({ ...reading.catalog, revision: 1 }, { hashes: nodeHashes });
if (compilation.kind === "refused") throw new Error(JSON.stringify(compilation.problems.slice(0, 3)));
const { apps } = compilation.compiled;

const receivedAt = Date.UTC(2026, 0, 14, 12);
const eventsOf = (name: string) =>
  Array.from({ length: 20_000 }, (_, number) => {
    const parsed = parseEvent({
      source: JSON.stringify({
        app_id: `com.example.app${(number * 7919) % appCount}`,
        event_name: name,
        event_time: "2026-01-14T12:00:00.000Z",
        event_value: { af_revenue: 50.87, af_currency: "USD", af_level: number % 50 },
        advertising_id: `38400000-8cf0-11bd-b23e-${String(number).padStart(12, "0")}`,
        media_source: "p3_int",
        campaign: "spring_sale",
        clickid: `click-${number}`,
        af_siteid: "1107",
        install_time: "2026-01-10T09:00:00.000Z",
        platform: "android",
        os_version: "14",
        device_type: "SM-G991B",
        app_version: "1.2.3",
        language: "en",
        country_code: "US",
      }),
      id: eventId(`019bbc5e-0000-7000-8000-${number.toString(16).padStart(12, "0")}`),
      receivedAt,
      senderIp: null,
      defaultAppId: null,
    });
    if (parsed.kind === "refused") throw new Error(JSON.stringify(parsed.problems));
    return parsed.event;
  });

/** Events decided and rendered a second, each with `matches` postbacks. */
const rateOf = (events: ReturnType<typeof eventsOf>, matches: number, durationMs: number): number => {
  const startedAt = performance.now();
  let decided = 0;
  while (performance.now() - startedAt < durationMs) {
    for (const event of events) {
      const verdict = apps.get(event.appId)?.decide(event, nothingShown);
      if (verdict?.matches.length !== matches) throw new Error(`${verdict?.matches.length} matches, not ${matches}`);
    }
    decided += events.length;
  }
  return decided / ((performance.now() - startedAt) / 1000);
};

const one = eventsOf("level_up");
const ten = eventsOf("purchase");
for (let warm = 0; warm < 2; warm += 1) {
  rateOf(one, 1, 500);
  rateOf(ten, partnerCount, 500);
}
process.send?.({
  kind: "done",
  oneMatch: rateOf(one, 1, 2_000),
  tenMatches: rateOf(ten, partnerCount, 2_000),
});
process.disconnect?.();
