import { existsSync } from "node:fs";
import { openSender } from "#src/adapters/sender/open-sender.ts";
import { openSqliteStorage } from "#src/adapters/sqlite/open-sqlite-storage.ts";
import { openEncryptionKeys } from "#src/adapters/system/encryption-key.ts";
import { nodeHashes } from "#src/adapters/system/node-hashes.ts";
import { systemChance } from "#src/adapters/system/system-chance.ts";
import { systemClock } from "#src/adapters/system/system-clock.ts";
import type { Engine } from "#src/engine/engine.ts";
import { LiveRates } from "#src/engine/operate/live-rates.ts";
import type { Countries } from "#src/ports/countries.ts";
import type { Mailer } from "#src/ports/mailer.ts";
import type { Sender } from "#src/ports/sender.ts";
import type { Storage } from "#src/ports/storage.ts";
import { asStartRefused } from "./adapter-refusals.ts";
import { caromVersion } from "./carom-version.ts";
import type { Config } from "./config.ts";
import { prepareFolder } from "./data-folder.ts";
import { engineLimitsOf, retentionOf } from "./engine-limits.ts";
import { listenRefusal } from "./listen-refusal.ts";
import type { Log } from "./log.ts";
import { saveMemoryWhenQuiet, threadBusyShare, v8Memory } from "./memory-thrift.ts";
import { openMetrics } from "./metrics.ts";
import { observeEngine } from "./observe-engine.ts";
import { openConfiguredCountries } from "./open-configured-countries.ts";
import { tryPort } from "./port-probe.ts";
import { openSecrets, type Secrets } from "./secrets.ts";

/** One process that does everything, over one folder. */
export type Standalone = {
  /** Where it listens; with the port that was taken where 0 was asked for. */
  readonly url: string;
  readonly engine: Engine;
  readonly storage: Storage;
  /** Stops taking, finishes what is in flight within the grace, releases the rest, lets the folder go. */
  readonly close: () => Promise<void>;
  /** Resolves when a thread of the storage has ended by itself. */
  readonly died: Promise<Error>;
};

/** Resolves when events are taken on both doors: TCP with keys, and the socket of the folder without. */
export const startStandalone = async (start: { readonly config: Config; readonly log: Log }): Promise<Standalone> => {
  const { config, log } = start;
  const startedAt = systemClock.monotonic();
  await refuseBeforeFolder(config);
  const countries = await openConfiguredCountries(config);
  prepareFolder(config.data);
  const opened = new Opened();
  try {
    const { engine, storage, url, died } = await openEverything({ config, log, countries }, opened);
    const startMs = Math.round(systemClock.monotonic() - startedAt);
    log.info({ url, data: config.data, pid: process.pid, startMs }, "listening");
    return { url, engine, storage, died, close: () => opened.closeAll() };
  } catch (error) {
    await opened.closeAll().catch((closing: unknown) => log.warn({ err: closing }, "not everything could be closed"));
    throw asStartRefused(error);
  }
};

/** A start that could not listen leaves no folder behind. Over one that is there, its owner is asked first. */
const refuseBeforeFolder = async ({ data, host, port }: Config): Promise<void> => {
  if (existsSync(data)) return;
  const fault = await tryPort(host, port);
  if (fault !== null) throw listenRefusal(fault, { host, port });
};

/** What was opened is closed in reverse: doors before the engine, the engine before what it leans on. */
class Opened {
  readonly #closers: (() => Promise<unknown>)[] = [];

  readonly add = (close: () => Promise<unknown>): void => {
    this.#closers.push(close);
  };

  readonly closeAll = async (): Promise<void> => {
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) await close();
  };
}

type Given = { readonly config: Config; readonly log: Log; readonly countries: Countries | null };

const openEverything = async ({ config, log, countries }: Given, opened: Opened) => {
  const graceMs = config.shutdownGraceSeconds * 1000;
  const stopSaving = saveMemoryWhenQuiet({
    clock: systemClock,
    busyShare: threadBusyShare(systemClock),
    v8: v8Memory,
  });
  opened.add(async () => stopSaving());
  // The threads of the store and the senders boot on other cores while this one loads the rest of the program.
  const sending = openSender({
    clock: systemClock,
    settings: senderSettingsOf(config),
    threads: config.senderThreads === 0 ? null : config.senderThreads,
    onCrash: (error) => log.error({ err: error }, "a sender thread crashed; another takes its place"),
  });
  // It is awaited further down: until then its failure must not count as one that nobody caught.
  sending.catch(() => {});
  // Last of all: what the engine could not finish within the grace is cut, and sent again by the next process.
  opened.add(async () => (await sending).close(0));
  const death = Promise.withResolvers<Error>();
  let lost: string | null = null;
  const onDied = (error: Error): void => {
    lost = error.message;
    death.resolve(error);
  };
  const storing = openSqliteStorage({ ...storageOf(config), onDied });
  const [storage, { startEngine }, { openDoors }, { catalogForm, readStoredCatalog }, { LiveFeed }, { feedObserver }] =
    await Promise.all([
      storing,
      import("#src/engine/start-engine.ts"),
      import("./doors.ts"),
      import("./stored-catalog.ts"),
      import("#src/http/live-feed.ts"),
      import("#src/http/feed-messages.ts"),
    ]);
  opened.add(() => storage.close());
  const sender = await sending;
  const secrets = await secretsOf({ config, log, storage, sender });
  const metrics = openMetrics();
  const feed = new LiveFeed({ clock: systemClock, chance: systemChance });
  const rates = new LiveRates({ store: storage.rates, clock: systemClock });
  await rates.load();
  const shared = { clock: systemClock, chance: systemChance, hashes: nodeHashes, rates };
  const mailer = await mailerOf(config);
  const engine = await startEngine({
    ...shared,
    storage,
    sender,
    limits: engineLimitsOf(config),
    retention: retentionOf(config),
    countries,
    mailer,
    ...(await readStoredCatalog(storage.catalog)),
    catalogForm,
    observer: observeEngine(log, metrics, feedObserver(feed)),
  });
  opened.add(() => engine.stop(graceMs));
  const doors = { ...shared, mailer, config, log, engine, storage, secrets, metrics, feed, lost: () => lost };
  const url = await openDoors(doors, opened.add);
  metrics.observe({ status: engine.status, pauses: engine.pauses, totals: storage.log.totals });
  return { engine, storage, url, died: death.promise };
};

const storageOf = ({ data, eventIdMemoryMebibytes }: Config) => ({
  folder: data,
  clock: systemClock,
  filterBytesMax: eventIdMemoryMebibytes * 2 ** 20,
});

/** With what a rotation left done, and handed over: the sender has them before the first postback goes. */
const secretsOf = async ({
  config,
  log,
  storage,
  sender,
}: {
  readonly config: Config;
  readonly log: Log;
  readonly storage: Storage;
  readonly sender: Sender;
}): Promise<Secrets> => {
  const keys = openEncryptionKeys({
    value: config.encryptionKey,
    previousValue: config.encryptionKeyPrevious,
    file: config.encryptionKeyFile,
    folder: config.data,
  });
  const secrets = openSecrets({ store: storage.secrets, keys, sender, log });
  const { finishRotation } = await import("./rotate-key-route.ts");
  await finishRotation({ secrets, storage, clock: systemClock });
  await secrets.handOver();
  return secrets;
};

/** Loaded where it is wanted only: a start is not to wait for it. */
const mailerOf = async ({ mailUrl, mailFrom }: Config): Promise<Mailer | null> => {
  if (mailUrl === null) return null;
  const { openMailer } = await import("#src/adapters/mail/open-mailer.ts");
  return openMailer({ url: mailUrl, from: mailFrom });
};

const senderSettingsOf = (config: Config) => ({
  allowedCidrs: config.allowedNetworks,
  userAgent: `Carom/${caromVersion()}`,
  ...(config.resolvers.length === 0 ? {} : { nameServers: config.resolvers }),
});
