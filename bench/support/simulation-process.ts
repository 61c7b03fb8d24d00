/**
 * Fills a SQLite store with so many events of one app with ten integrations, and runs a draft of its
 * catalog over them: how long it takes, and for how long the process was deaf meanwhile.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { openSqliteStorage } from "../../src/adapters/sqlite/open-sqlite-storage.ts";
import { nodeHashes } from "../../src/adapters/system/node-hashes.ts";
import { systemChance } from "../../src/adapters/system/system-chance.ts";
import { systemClock } from "../../src/adapters/system/system-clock.ts";
import { readCatalogDocument } from "../../src/contract/catalog-document.ts";
import type { Catalog } from "../../src/core/catalog/catalog.ts";
import { parseEvent } from "../../src/core/events/parse-event.ts";
import { eventId } from "../../src/core/ids.ts";
import { uuidV7 } from "../../src/core/uuid-v7.ts";
import { defaultEngineLimits } from "../../src/engine/limits.ts";
import { startEngine } from "../../src/engine/start-engine.ts";
import type { Sender } from "../../src/ports/sender.ts";

const count = Number(process.argv[2]);
const batch = 500;
const days = (number: number): number => number * 86_400_000;

/** Half of the events match all partners, half of them none; `version` is what the draft changes. */
const catalogOf = (version: string): Catalog => {
  const partners = Array.from({ length: 10 }, (_, number) => ({
    id: `p${number}`,
    templates: [
      {
        event_kind: "in_app_event",
        dialect: "appsflyer",
        url: `https://p${number}.example/?v=${version}&event=(mapped-iae)&id=(advertiserId)&revenue=(monetary)&value=(event-value)&c=(country_code)`,
      },
    ],
  }));
  const mappings = [{ event_name: "purchase", send_for: "all_sources", data_sharing: "values_and_revenue" }];
  const integrations = partners.map(({ id }) => ({
    partner_id: id,
    in_app_postbacks: { window: "lifetime" },
    mappings,
  }));
  const text = JSON.stringify({ carom: 1, partners, apps: [{ id: "com.example.game", integrations }] });
  const reading = readCatalogDocument(text, "json");
  if (reading.kind === "refused") throw new Error(JSON.stringify(reading.problems));
  return reading.catalog;
};

const source = (name: string): string =>
  `{"app_id":"com.example.game","event_name":"${name}","event_value":{"af_revenue":12.50,"af_currency":"EUR"},"advertising_id":"38400000-8cf0-11bd-b23e-10b96e40000d","country_code":"DE"}`;
const sources = [source("purchase"), source("level_up")];

/** Nobody is sent to: what matters here is what is stored. */
const sender: Sender = { send: () => {}, onResults: () => {}, setSecrets: () => {}, close: async () => {} };

const folder = mkdtempSync(join(tmpdir(), "carom-bench-simulation-"));
const storage = await openSqliteStorage({ folder, clock: systemClock });
const engine = await startEngine({
  storage,
  sender,
  clock: systemClock,
  chance: systemChance,
  hashes: nodeHashes,
  limits: defaultEngineLimits,
  retention: { eventsMs: days(30), deadMs: days(90), installRecordsMs: days(400), clientEventIdsMs: days(7) },
  catalog: catalogOf("1"),
  countries: null,
  mailer: null,
  revisions: new Map(),
  catalogForm: { read: () => null, changes: () => [] },
});
for (let sent = 0; sent < count; sent += batch) {
  const events = Array.from({ length: batch }, (_, index) => {
    const now = systemClock.now();
    const parsed = parseEvent({
      source: sources[index % 2] ?? "",
      id: eventId(uuidV7(now, systemChance.bytes(10))),
      receivedAt: now,
      senderIp: null,
      defaultAppId: null,
    });
    if (parsed.kind === "refused") throw new Error(JSON.stringify(parsed.problems));
    return parsed.event;
  });
  await engine.journal.append(events);
}

const deaf = monitorEventLoopDelay({ resolution: 1 });
deaf.enable();
const startedAt = performance.now();
const start = engine.simulations.start({ draft: catalogOf("2"), filter: {} });
if (start.kind !== "started") throw new Error(start.kind);
const { id } = start.simulation;
while (engine.simulations.read(id)?.status === "running") await new Promise((resolve) => setTimeout(resolve, 20));
const seconds = (performance.now() - startedAt) / 1_000;
deaf.disable();
const done = engine.simulations.read(id);
if (done?.status !== "done" || done.events !== count) throw new Error(`it ended as ${done?.status}`);
await engine.stop(0);
await storage.close();
rmSync(folder, { recursive: true });
// Last of all: who hears it ends this process.
process.send?.({ kind: "done", seconds, deafMs: deaf.percentile(99) / 1e6, otherwise: done.counts.sent_otherwise });
process.disconnect?.();
