import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import type { GalleryPartner } from "#src/contract/gallery-document.ts";
import type { Catalog } from "#src/core/catalog/catalog.ts";
import type { SecretName } from "#src/core/ids.ts";
import type { Problem } from "#src/core/problem.ts";
import type { Hashes } from "#src/core/templates/hashes.ts";
import type { Engine } from "#src/engine/engine.ts";
import type { LiveRates } from "#src/engine/operate/live-rates.ts";
import type { Chance } from "#src/ports/chance.ts";
import type { Clock } from "#src/ports/clock.ts";
import type { Mailer } from "#src/ports/mailer.ts";
import type { SealedSecret, SecretFault } from "#src/ports/secret-store.ts";
import type { Storage } from "#src/ports/storage.ts";
import type { Keyring } from "./keyring.ts";
import type { LiveFeed } from "./live-feed.ts";
import type { PeopleDesk } from "./people/people-desk.ts";

export type HttpDependencies = {
  readonly engine: Engine;
  readonly storage: Pick<Storage, "catalog" | "log" | "knowledge" | "secrets" | "notices" | "audit">;
  /** One for all listeners of a process, so that a key made through the socket works on the port at once. */
  readonly keyring: Keyring;
  /** One for all listeners of a process, as the keyring is. */
  readonly people: PeopleDesk;
  /** One for all listeners of a process, as the keyring is. */
  readonly feed: LiveFeed;
  readonly clock: Clock;
  readonly chance: Chance;
  /** One for all listeners of a process; decisions read the same. */
  readonly rates: LiveRates;
  readonly hashes: Hashes;
  readonly log: FastifyBaseLogger;
  /** `local`: the socket in the data folder; whoever can open it is the operator and needs no key. */
  readonly access: "keys" | "local";
  /** Why a sealed secret cannot be opened, or null. */
  readonly secretFault: (sealed: Pick<SealedSecret, "name" | "box">) => SecretFault | null;
  /** Seals a secret for the store; the plain text goes no further. */
  readonly seal: (secret: { readonly name: SecretName; readonly value: string }) => string;
  /** Called after a secret was stored or removed: the sender has to hear of it. */
  readonly secretsChanged: () => Promise<void>;
  /** Warnings about a catalog that only this server can give: hosts that it does not send to, secrets that are not set. */
  readonly advise: (catalog: Catalog) => Promise<readonly Problem[]>;
  /** Why a URL leads to an address that is not sent to, or null. Of what the catalog holds its changes are judged by whoever made `engine`. */
  readonly refuseAddress: (url: string) => string | null;
  /** The partners that ship with the program. */
  readonly gallery: () => readonly GalleryPartner[];
  /** Null where no mail server is set. */
  readonly mailer: Mailer | null;
  readonly settings: HttpSettings;
  /** Adds what only the wiring can do, before it is ready: the backup of the local socket. */
  readonly extend?: (app: FastifyInstance) => void;
};

export type HttpSettings = {
  readonly version: string;
  /** Addresses or CIDR ranges whose `x-forwarded-for` is believed. */
  readonly trustedProxies: readonly string[];
  /** Where it listens; null before it does. Links say so where no public address is set. */
  readonly address: () => string | null;
  /** A registry of `prom-client`, or something that answers like one. */
  readonly metrics: { readonly metrics: () => Promise<string>; readonly contentType: string };
  readonly limits: HttpLimits;
  /** Why this process can store nothing more, or null: then it is not ready, and never will be. */
  readonly lost: () => string | null;
};

export type HttpLimits = {
  /** Bytes of an intake body, before and after decompression. */
  readonly intakeBytesMax: number;
  readonly eventsPerRequestMax: number;
  /** Bytes of any other body but a catalog's. */
  readonly bodyBytesMax: number;
  readonly catalogBytesMax: number;
  /** Intake bytes in memory at once, over all requests; beyond it intake answers 503. */
  readonly intakeBytesInHandMax: number;
  /** Events a second that one ingest key may send, with a burst of one request more; null does not limit. */
  readonly eventsPerSecondPerKey: number | null;
  readonly requestTimeoutMs: number;
};

export const defaultHttpLimits: HttpLimits = {
  intakeBytesMax: 5 * 1024 * 1024,
  eventsPerRequestMax: 1000,
  bodyBytesMax: 1024 * 1024,
  catalogBytesMax: 32 * 1024 * 1024,
  intakeBytesInHandMax: 256 * 1024 * 1024,
  eventsPerSecondPerKey: null,
  requestTimeoutMs: 30_000,
};
