import assert from "node:assert/strict";
import type { LightMyRequestResponse } from "fastify";
import type { Engine } from "#src/engine/engine.ts";
import { anEngine, type EngineUnderTest } from "#test/support/an-engine.ts";
import { type AnHttp, anExportKey, anHttpOver } from "#test/support/an-http.ts";
import type { FuzzKeys } from "./compatible-requests.ts";
import { diceOf } from "./dice.ts";
import { hostileAnswer } from "./hostile-answers.ts";
import type { HostileRequest } from "./hostile-envelope.ts";
import { type Doors, hostileRequest } from "./hostile-request.ts";
import { doorOf, judgeAnswer } from "./judge-answer.ts";
import { exchangeRates, validCatalog } from "./valid-catalog.ts";
import { fixedHost } from "./valid-documents.ts";

/** A request by what makes it again: `npm run fuzz -- 1 seed doors`. */
export type Origin = { readonly seed: number; readonly doors: Doors | "others" };

/** What broke a promise. */
export class FuzzFinding extends Error {
  constructor({ seed, doors }: Origin, request: HostileRequest, cause: unknown) {
    const payload = request.payload?.subarray(0, 600).toString() ?? "";
    const words = cause instanceof Error ? cause.message : String(cause);
    super(
      `seed ${seed} ${doors}: ${request.method} ${request.url} ${JSON.stringify(request.headers)}\n${payload}\n${words}`,
      {
        cause,
      },
    );
    this.name = "FuzzFinding";
  }
}

/** The answer's status, and the first two places of the path that was asked. */
export type Played = { readonly status: number; readonly door: string };

export type FuzzWorld = {
  /** Sends the request of each seed in turn, and throws for the first that breaks a promise. */
  readonly play: (seed: number) => Promise<Played>;
  /** Requests that went to partners, each of them looked over. */
  readonly lookAtSent: () => number;
  readonly close: () => Promise<void>;
};

export type OwnersWorld = FuzzWorld & {
  /** Opens a port of loopback for raw bytes. */
  readonly listen: () => Promise<number>;
  readonly ingestKey: string;
};

/** The API over the real engine, everything in memory: what HTTP lets through is decided, rendered and sent. */
export const openFuzzWorld = async (doors: Doors = "all"): Promise<OwnersWorld> => {
  const under = await anEngine();
  under.sender.script(hostileAnswer);
  const http = await anHttpOver({ engine: under.engine, storage: under.storage, clock: under.clock });
  const saved = await http.ask({ method: "PUT", url: "/v1/catalog", payload: validCatalog });
  assert.equal(saved.statusCode, 200, saved.body);
  const rates = await http.ask({ method: "POST", url: "/v1/rates", payload: { rates: exchangeRates } });
  assert.equal(rates.statusCode, 200, rates.body);
  const keys: FuzzKeys = { ...http.keys, exporting: await anExportKey(http) };
  return {
    play: async (seed) => {
      const request = hostileRequest(keys, doors, diceOf(seed));
      const played = await playOne(http, request, { seed, doors });
      const fault = under.told.faults.shift();
      if (fault !== undefined) throw new FuzzFinding({ seed, doors }, request, fault);
      // What was accepted is sent, and tried again, by the clock.
      if (seed % 100 === 0) await under.clock.turn(1_000);
      return played;
    },
    listen: async () => Number(new URL(await http.app.listen({ port: 0, host: "127.0.0.1" })).port),
    ingestKey: http.keys.ingest,
    lookAtSent: () => lookAtSent(under),
    close: async () => {
      await http.app.close();
      await under.engine.stop(0);
    },
  };
};

const playOne = async (http: AnHttp<Engine>, request: HostileRequest, origin: Origin): Promise<Played> => {
  try {
    const answer = await http.app.inject(request);
    judgeAnswer(answer, request.url);
    if (answer.statusCode === 200 && request.url === "/v1/preview") judgePreview(answer);
    assert.equal(Reflect.get({}, "polluted") ?? Reflect.get({}, "isAdmin"), undefined, "a prototype was changed");
    return { status: answer.statusCode, door: doorOf(request.url) };
  } catch (error) {
    throw new FuzzFinding(origin, request, error);
  }
};

type Sent = { readonly url: string /** Flat pairs. */; readonly headers: readonly string[] };

type PreviewedRequest = {
  readonly url: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
};

type Preview = {
  readonly outcome: string;
  readonly message: string | null;
  readonly request: PreviewedRequest | null;
};

/** What a template says of an event it cannot be rendered for; any other words are those of an error. */
const toldFault = /^the (?:URL|body|header \S+) has more than \d+ bytes$|^a value makes the path of the URL walk /;

const judgePreview = (answer: LightMyRequestResponse): void => {
  const { previews }: { readonly previews: readonly Preview[] } = answer.json();
  for (const { request, outcome, message } of previews)
    if (outcome === "fault") assert.match(String(message), toldFault, "a template threw");
    else if (request !== null)
      judgeSent({ url: request.url, headers: request.headers.flatMap(({ name, value }) => [name, value]) });
};

/** Whatever the values were: the host is the template's where it fixes one, and nothing ends a line. */
const judgeSent = ({ url, headers }: Sent): void => {
  const parsed = new URL(url);
  if (url.startsWith(`https://${fixedHost}/`)) assert.equal(parsed.host, fixedHost);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: marks of secrets are control characters on purpose.
  assert.doesNotMatch(url.replaceAll(/\u0001[^\u0002]*\u0002/g, ""), /[\s\0]/);
  for (const text of headers) assert.doesNotMatch(text, /[\r\n\0]/);
};

const lookAtSent = ({ sender }: EngineUnderTest): number => {
  for (const { request } of sender.orders) judgeSent(request);
  return sender.orders.length;
};
