import { chmodSync, rmSync } from "node:fs";
import type { FastifyInstance } from "fastify";
import { type AddressGuard, addressGuard } from "#src/adapters/sender/address-guard.ts";
import { argon2Passwords } from "#src/adapters/system/argon2-passwords.ts";
import type { Hashes } from "#src/core/templates/hashes.ts";
import type { Engine } from "#src/engine/engine.ts";
import type { LiveRates } from "#src/engine/operate/live-rates.ts";
import { buildHttp } from "#src/http/build-http.ts";
import { defaultHttpLimits, type HttpDependencies, type HttpLimits } from "#src/http/http-dependencies.ts";
import { openKeyring } from "#src/http/keyring.ts";
import type { LiveFeed } from "#src/http/live-feed.ts";
import { openPeopleDesk } from "#src/http/people/people-desk.ts";
import type { SessionLimits } from "#src/http/people/sessions.ts";
import type { Chance } from "#src/ports/chance.ts";
import type { Clock } from "#src/ports/clock.ts";
import type { IdentityProvider } from "#src/ports/identity-provider.ts";
import type { Mailer } from "#src/ports/mailer.ts";
import type { Storage } from "#src/ports/storage.ts";
import { addBackupRoute } from "./backup-route.ts";
import { caromVersion } from "./carom-version.ts";
import { catalogAdvice, refusedParts } from "./catalog-advice.ts";
import type { Config } from "./config.ts";
import { readGallery } from "./gallery.ts";
import { guardedCatalog } from "./guarded-catalog.ts";
import { hostRefusal } from "./host-refusal.ts";
import { listenRefusal } from "./listen-refusal.ts";
import { localSocketPath } from "./local-socket.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { addRotateKeyRoute } from "./rotate-key-route.ts";
import type { Secrets } from "./secrets.ts";
import { addSettingsRoute } from "./settings-route.ts";

export type DoorParts = {
  readonly config: Config;
  readonly log: Log;
  readonly engine: Engine;
  readonly storage: Storage;
  readonly secrets: Secrets;
  readonly metrics: Metrics;
  readonly feed: LiveFeed;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly hashes: Hashes;
  readonly rates: LiveRates;
  readonly mailer: Mailer | null;
  /** Why this process can store nothing more, or null. */
  readonly lost: () => string | null;
};

/**
 * The API twice: on TCP for whoever has a key, and on the socket in the data folder for whoever can
 * open it. Answers the address of the first.
 */
export const openDoors = async (
  parts: DoorParts,
  whenOpened: (close: () => Promise<unknown>) => void,
): Promise<string> => {
  const { config, storage } = parts;
  const keyring = await openKeyring({ ...parts, keys: storage.keys });
  const identityProvider = await identityProviderOf(config);
  const people = await openPeopleDesk({
    ...parts,
    store: storage.people,
    passwords: argon2Passwords(),
    sessionLimits: sessionLimitsOf(config),
    identityProvider,
    publicUrl: config.publicUrl?.replace(/\/$/, "") ?? null,
  });
  let address: string | null = null;
  const guard = addressGuard(config.allowedNetworks);
  const dependencies: Omit<HttpDependencies, "access"> = {
    ...parts,
    engine: { ...parts.engine, catalog: guardedCatalog(parts.engine.catalog, guard) },
    refuseAddress: (url) => hostRefusal(url, guard),
    // Fastify tells of every address at `info`; this process says where it listens in one line of its own.
    log: parts.log.child({ room: "http" }, { level: parts.log.isLevelEnabled("warn") ? "warn" : parts.log.level }),
    keyring,
    people,
    seal: parts.secrets.seal,
    secretFault: parts.secrets.fault,
    advise: catalogAdviser({ storage, rates: parts.rates }, guard),
    secretsChanged: parts.secrets.handOver,
    gallery: readGallery,
    settings: {
      version: caromVersion(),
      trustedProxies: config.trustedProxies,
      address: () => address,
      metrics: parts.metrics,
      lost: parts.lost,
      limits: httpLimitsOf(config),
    },
  };
  const local = await buildHttp({
    ...dependencies,
    access: "local",
    extend: (app) => {
      addBackupRoute(app, parts);
      addRotateKeyRoute(app, parts);
      addSettingsRoute(app, parts);
    },
  });
  whenOpened(() => closeDoor(local, parts));
  await listenLocally(local, config.data);
  const open = await buildHttp({ ...dependencies, access: "keys" });
  whenOpened(() => closeDoor(open, parts));
  address = await listenOnTcp(open, config);
  tellOfRefusedHosts(parts, guard);
  void tellOfProvider(identityProvider, parts.log);
  return address;
};

const catalogAdviser = (
  { storage, rates }: Pick<HttpDependencies, "storage" | "rates">,
  guard: AddressGuard,
): HttpDependencies["advise"] => {
  return async (catalog) => {
    const secrets = await storage.secrets.all();
    return catalogAdvice(catalog, {
      guard,
      secretNames: new Set(secrets.map(({ name }) => name)),
      ratedCurrencies: new Set(rates.newest().map(({ currency }) => currency)),
    });
  };
};

/** Loaded only where it is set. */
const identityProviderOf = async (config: Config): Promise<IdentityProvider | null> => {
  const { oidcIssuer: issuer, oidcClientId: clientId, oidcClientSecret: clientSecret } = config;
  if (issuer === null || clientId === null || clientSecret === null) return null;
  const { openidProvider } = await import("#src/adapters/oidc/openid-provider.ts");
  return openidProvider({ issuer, clientId, clientSecret });
};

/** A provider that is not there yet keeps nothing from starting; whoever set it up hears of it before the first person comes. */
const tellOfProvider = async (provider: IdentityProvider | null, log: Log): Promise<void> => {
  const fault = (await provider?.probe()) ?? null;
  if (fault === null) return;
  const { why, reason } = fault;
  log.warn({ why, reason }, "the identity provider of CAROM_OIDC_ISSUER cannot be used yet; it is asked again");
};

/** Other settings than those of the day when a partner was saved: its postbacks would fail one by one, and nobody look. */
const tellOfRefusedHosts = ({ engine, log }: DoorParts, guard: AddressGuard): void => {
  for (const { key, refusal } of refusedParts(engine.catalog.current().catalog, guard))
    log.warn({ part: key, refusal }, "postbacks of this part go to an address that today's settings refuse");
};

const sessionLimitsOf = ({ sessionIdleHours, sessionLongestDays }: Config): SessionLimits => ({
  idleMs: sessionIdleHours * 3_600_000,
  longestMs: sessionLongestDays * 86_400_000,
});

const httpLimitsOf = ({ ingestKeyEventsPerSecond }: Config): HttpLimits => ({
  ...defaultHttpLimits,
  eventsPerSecondPerKey: ingestKeyEventsPerSecond === 0 ? null : ingestKeyEventsPerSecond,
});

/** Requests under way are answered; a caller that is slower than the grace is cut off, and was not acknowledged. */
const closeDoor = async (door: FastifyInstance, { clock, config }: DoorParts): Promise<void> => {
  const cancel = clock.after(config.shutdownGraceSeconds * 1000, () => door.server.closeAllConnections());
  await door.close();
  cancel();
};

/** The folder is ours alone, so a socket that lies there is of a process that was killed. */
const listenLocally = async (door: FastifyInstance, folder: string): Promise<void> => {
  const path = localSocketPath(folder);
  const isFile = process.platform !== "win32";
  if (isFile) rmSync(path, { force: true });
  await door.listen({ path });
  if (isFile) chmodSync(path, 0o600);
};

const listenOnTcp = async (door: FastifyInstance, { host, port }: Config): Promise<string> => {
  try {
    return await door.listen({ host, port });
  } catch (error) {
    throw listenRefusal(error, { host, port });
  }
};
