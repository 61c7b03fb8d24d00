import assert from "node:assert/strict";
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from "fastify";
import { pino } from "pino";
import { Registry } from "prom-client";
import { openMemoryStorage } from "#src/adapters/memory/memory-storage.ts";
import { argon2Passwords } from "#src/adapters/system/argon2-passwords.ts";
import { nodeHashes } from "#src/adapters/system/node-hashes.ts";
import { isErrorCode } from "#src/contract/error-codes.ts";
import { problemDocument } from "#src/contract/problem-document.ts";
import { appId } from "#src/core/ids.ts";
import type { Problem } from "#src/core/problem.ts";
import type { Engine } from "#src/engine/engine.ts";
import { LiveRates } from "#src/engine/operate/live-rates.ts";
import { buildHttp } from "#src/http/build-http.ts";
import { defaultHttpLimits, type HttpLimits } from "#src/http/http-dependencies.ts";
import { openKeyring } from "#src/http/keyring.ts";
import { LiveFeed } from "#src/http/live-feed.ts";
import { openPeopleDesk } from "#src/http/people/people-desk.ts";
import { readGallery } from "#src/main/gallery.ts";
import type { IdentityProvider } from "#src/ports/identity-provider.ts";
import type { Mailer } from "#src/ports/mailer.ts";
import type { Storage } from "#src/ports/storage.ts";
import { aNewKey } from "./a-new-key.ts";
import { seededChance } from "./seeded-chance.ts";
import { type StubEngine, stubEngine } from "./stub-engine.ts";
import { type TurnedClock, turnedClock } from "./turned-clock.ts";

export type AnHttp<E extends Engine> = {
  readonly app: FastifyInstance;
  readonly engine: E;
  readonly storage: Storage;
  readonly clock: TurnedClock;
  /** Secrets of a key of each kind; `ingest` speaks for `com.example.game`. */
  readonly keys: { readonly ingest: string; readonly management: string };
  /** Times that the sender was told of changed secrets. */
  readonly secretChanges: () => number;
  /** Asks with the management key, unless the headers say otherwise. */
  readonly ask: (question: InjectOptions) => Promise<LightMyRequestResponse>;
};

type Parts<E extends Engine> = {
  /** Of its chance: the second process over one storage mints other ids. */
  readonly seed?: number;
  readonly engine?: E;
  readonly storage?: Storage;
  readonly clock?: TurnedClock;
  readonly feed?: LiveFeed;
  readonly limits?: Partial<HttpLimits>;
  readonly access?: "keys" | "local";
  readonly trustedProxies?: readonly string[];
  readonly lost?: () => string | null;
  readonly publicUrl?: string;
  readonly identityProvider?: IdentityProvider;
  readonly mailer?: Mailer;
  readonly refuseAddress?: (url: string) => string | null;
  readonly advice?: () => readonly Problem[] | Promise<readonly Problem[]>;
};

/** The API over a stub engine and memory storage, with a key of each kind. */
export const anHttp = (parts: Parts<StubEngine> = {}): Promise<AnHttp<StubEngine>> =>
  anHttpOver({ ...parts, engine: parts.engine ?? stubEngine() });

/** As cheap as argon2 can be. */
const cheapCost = { memoryKibibytes: 8, passes: 1, lanes: 1 };

export const anHttpOver = async <E extends Engine>(parts: Parts<E> & { readonly engine: E }): Promise<AnHttp<E>> => {
  const clock = parts.clock ?? turnedClock();
  const storage = parts.storage ?? openMemoryStorage({ clock });
  const chance = seededChance(parts.seed ?? 1);
  const keyring = await openKeyring({ keys: storage.keys, hashes: nodeHashes, clock, chance });
  const ingest = await keyring.make(
    aNewKey({ kind: "ingest", name: "the app", role: null, appId: appId("com.example.game") }),
  );
  const sessionLimits = { idleMs: 3_600_000, longestMs: 86_400_000 };
  const people = await openPeopleDesk({
    store: storage.people,
    clock,
    hashes: nodeHashes,
    chance,
    passwords: argon2Passwords(cheapCost),
    sessionLimits,
    identityProvider: parts.identityProvider ?? null,
    publicUrl: parts.publicUrl ?? null,
  });
  const management = await keyring.make(aNewKey({ name: "an operator" }));
  let secretChanges = 0;
  const app = await buildHttp({
    engine: parts.engine,
    storage,
    keyring,
    people,
    feed: parts.feed ?? new LiveFeed({ clock, chance: seededChance(2) }),
    clock,
    chance,
    hashes: nodeHashes,
    rates: new LiveRates({ store: storage.rates, clock }),
    log: pino({ level: "silent" }),
    access: parts.access ?? "keys",
    secretFault: ({ box }) => (box.startsWith("sealed:") ? null : "other_key"),
    seal: ({ name, value }) => `sealed:${name}:${value.length}`,
    secretsChanged: async () => {
      secretChanges += 1;
    },
    advise: async () => (await parts.advice?.()) ?? [],
    refuseAddress:
      parts.refuseAddress ?? ((url) => (url.includes("//10.") ? "10.0.0.1 is not sent to: a private address" : null)),
    gallery: readGallery,
    mailer: parts.mailer ?? null,
    settings: {
      version: "0.0.0-test",
      trustedProxies: parts.trustedProxies ?? [],
      address: () => "http://127.0.0.1:8080",
      metrics: new Registry(),
      lost: parts.lost ?? (() => null),
      limits: { ...defaultHttpLimits, ...parts.limits },
    },
  });
  return {
    app,
    engine: parts.engine,
    storage,
    clock,
    keys: { ingest: ingest.secret, management: management.secret },
    secretChanges: () => secretChanges,
    ask: ({ headers, ...question }) =>
      app.inject({ ...question, headers: { authorization: `Bearer ${management.secret}`, ...headers } }),
  };
};

/** The secret of an `export` key of the app: one that may read, and not send. */
export const anExportKey = async ({ ask }: Pick<AnHttp<Engine>, "ask">): Promise<string> => {
  const payload = { kind: "export", name: "a reader", app_id: "com.example.game" };
  const made = await ask({ method: "POST", url: "/v1/keys", payload });
  return String(made.json().key);
};

/** Asserts a refusal: its status, its code from the table, and the form that every problem has. */
export const assertProblem = (answer: LightMyRequestResponse, status: number, code: string): void => {
  assert.equal(answer.statusCode, status, answer.body);
  assert.match(String(answer.headers["content-type"]), /^application\/problem\+json/);
  const problem = problemDocument.parse(answer.json());
  assert.equal(problem.code, code, answer.body);
  assert.equal(problem.status, status);
  assert.ok(isErrorCode(problem.code), `${problem.code} is not in the table`);
  assert.ok(!answer.body.includes("node_modules") && !answer.body.includes(".ts:"), "a stack got out");
};

/** Asserts success in the very form that the contract promises. */
export const assertAnswers = <Ok>(
  route: { readonly ok: { readonly status: number; readonly schema: { readonly parse: (value: unknown) => Ok } } },
  answer: LightMyRequestResponse,
): Ok => {
  assert.equal(answer.statusCode, route.ok.status, answer.body);
  assert.equal(answer.headers["x-content-type-options"], "nosniff");
  assert.equal(answer.headers["cache-control"], "no-store");
  return route.ok.schema.parse(answer.json());
};
