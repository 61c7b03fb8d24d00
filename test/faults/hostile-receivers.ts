import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createSecureServer } from "node:https";
import { createServer, type Server } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import {
  applyCatalog,
  type CaromProcess,
  makeKey,
  residentBytes,
  startCaromProcess,
  temporaryFolder,
} from "#test/support/carom-process.ts";
import { startCountingReceiver } from "#test/support/counting-receiver.ts";
import { numbersFrom, purchase, sendEventLoad } from "#test/support/event-load.ts";
import { type HostileBehaviour, startHostileReceiver } from "#test/support/hostile-receiver.ts";
import { appWith, integrationOf, partnerTo } from "#test/support/one-partner-catalog.ts";
import { reckon } from "#test/support/reckoning.ts";
import { until } from "#test/support/until.ts";
import type { FaultScript } from "./fault-script.ts";

/** Of the first event, which was handed over before any breaker could open: one try each, cut after a second: whatever the receiver does, its postbacks end. */
const oneTry = { name: "one try", delays: [], timeout: "1s" };

/** For those that end by what they say: only a deadline far away lets them, where the machine has other work. */
const oneLongTry = { ...oneTry, timeout: "30s" };
const endsByItself = ({ state, reason }: { readonly state: string; readonly reason: string | null }): boolean =>
  state === "delivered" || reason === "permanent";

type Ending = { readonly name: string; readonly url: string; readonly state: string; readonly reason: string | null };

/** What each behaviour must end as. */
const endings: readonly (readonly [behaviour: HostileBehaviour, state: string, reason: string | null])[] = [
  ["hangs", "dead", "exhausted"],
  ["closes", "dead", "exhausted"],
  ["drips_head", "dead", "exhausted"],
  ["drips_body", "dead", "exhausted"],
  ["resets", "dead", "exhausted"],
  ["resets_in_body", "dead", "exhausted"],
  ["length_too_long", "dead", "exhausted"],
  ["length_too_short", "delivered", null],
  ["length_twice", "dead", "exhausted"],
  ["chunk_broken", "dead", "exhausted"],
  ["chunks_cut", "dead", "exhausted"],
  ["not_http", "dead", "exhausted"],
  ["huge_headers", "dead", "exhausted"],
  ["unavailable", "dead", "exhausted"],
  ["redirects", "dead", "permanent"],
  ["redirects_inside", "dead", "permanent"],
  ["endless_body", "delivered", null],
  ["huge_body", "delivered", null],
  ["gzip_bomb", "delivered", null],
  ["spells_its_answer", "delivered", null],
  ["tiny_chunks", "delivered", null],
];

/** Accepts connections and never reads a byte from them. */
const startDeafReceiver = async (): Promise<Server> => {
  const server = createServer({ pauseOnConnect: true });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
};

/** Speaks TLS with a certificate that nobody vouches for. */
const startDoubtfulReceiver = async (): Promise<Server> => {
  const pem = (name: string): string =>
    readFileSync(new URL(`../support/fixtures/tls/${name}`, import.meta.url), "utf8");
  const server = createSecureServer({ cert: pem("receiver.pem"), key: pem("receiver.key") }, (_request, response) =>
    response.end("ok"),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
};

const portOf = (server: Server): number => {
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  return address.port;
};

type Ended = { readonly state: string; readonly reason: string | null; readonly attempts: number };

const postbacksOf = async (carom: CaromProcess, partner: string): Promise<readonly Ended[]> => {
  const { text } = await carom.local({ method: "GET", path: `/v1/postbacks?click_id=0&partner_id=${partner}` });
  const { data }: { readonly data: readonly Ended[] } = JSON.parse(text);
  return data;
};

const ended = async (carom: CaromProcess, partner: string): Promise<Ended> => {
  for (let tries = 0; tries < 600; tries += 1) {
    const [postback] = await postbacksOf(carom, partner);
    if (postback !== undefined && postback.state !== "pending" && postback.state !== "leased") return postback;
    await delay(50);
  }
  throw new Error(`the postback to ${partner} never ended: ${JSON.stringify(await postbacksOf(carom, partner))}`);
};

/** A partner whose template is this URL, with the number in its query. */
const partnerAt = (id: string, url: string, rest: object = {}): object => ({
  ...partnerTo({ id, receiverUrl: url }),
  templates: [{ event_kind: "in_app_event", dialect: "appsflyer", method: "GET", url: `${url}?n=(clickid)` }],
  ...rest,
});

export const hostileReceivers: FaultScript = {
  name: "24 hostile receivers",
  promise: "whatever a receiver does, its postback ends with its reason, and a healthy one beside it is served",
  sizes: { short: 1, long: 1, longSeeds: 2 },
  run: async (t) => {
    const folder = temporaryFolder();
    const hostile = await startHostileReceiver(100);
    const deaf = await startDeafReceiver();
    const doubtful = await startDoubtfulReceiver();
    const healthy = await startCountingReceiver();
    const carom = await startCaromProcess({ folder: folder.path });
    t.after(async () => {
      await carom.kill("SIGKILL");
      await hostile.close();
      deaf.close();
      doubtful.close();
      await healthy.close();
      folder.remove();
    });
    const hostiles: readonly Ending[] = [
      ...endings.map(([name, state, reason]) => ({ name, url: hostile.url(name), state, reason })),
      { name: "never_reads", url: `http://127.0.0.1:${portOf(deaf)}/`, state: "dead", reason: "exhausted" },
      { name: "bad_tls", url: `https://127.0.0.1:${portOf(doubtful)}/`, state: "dead", reason: "exhausted" },
      { name: "no_tls", url: hostile.url("ok").replace("http:", "https:"), state: "dead", reason: "exhausted" },
    ];
    await applyCatalog(carom, {
      carom: 1,
      partners: [
        ...hostiles.map((ending) =>
          partnerAt(`${ending.name}_int`, ending.url, { retry_policy: endsByItself(ending) ? oneLongTry : oneTry }),
        ),
        partnerTo({ id: "healthy_int", receiverUrl: healthy.url }),
      ],
      apps: [appWith([...hostiles.map(({ name }) => `${name}_int`), "healthy_int"])],
    });
    const key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });
    const first = await sendEventLoad({ url: carom.url, key, numbers: [0], batch: 1, connections: 1 });
    const more = await sendEventLoad({
      url: carom.url,
      key,
      numbers: numbersFrom(1, 100),
      batch: 10,
      connections: 2,
    });
    const accepted = [...first.acknowledged, ...more.acknowledged];
    await healthy.allHeard(accepted, 15_000);
    const books = reckon(t, "healthy", { accepted, heard: healthy.heard });
    assert.equal(healthy.heard.size, 101);

    const found: object[] = [];
    for (const { name } of hostiles) {
      const { state, reason, attempts } = await ended(carom, `${name}_int`);
      found.push({ name, state, reason, attempts });
    }
    assert.deepEqual(
      found,
      hostiles.map(({ name, state, reason }) => ({ name, state, reason, attempts: 1 })),
    );
    assert.equal(hostile.heard("ok"), 0, "a redirect was followed");
    const { text } = await carom.local({ method: "GET", path: "/v1/postbacks?partner_id=healthy_int&limit=500" });
    const { data }: { readonly data: readonly Ended[] } = JSON.parse(text);
    assert.deepEqual(
      [data.length, data.filter(({ attempts }) => attempts !== 1)],
      [101, []],
      "the healthy one was moved",
    );
    assert.equal((await carom.local({ method: "GET", path: "/healthz" })).status, 200);
    return { ...books, doubledMax: 0 };
  },
};

export const floods: FaultScript = {
  name: "answers without an end",
  promise: "answers without an end, bombs and floods of headers leave the memory as healthy answers do",
  sizes: { short: 1, long: 1, longSeeds: 1 },
  run: async (t) => {
    const folder = temporaryFolder();
    const hostile = await startHostileReceiver();
    const healthy = await startCountingReceiver();
    const carom = await startCaromProcess({ folder: folder.path });
    t.after(async () => {
      await carom.kill("SIGKILL");
      await hostile.close();
      await healthy.close();
      folder.remove();
    });
    const floods = ["endless_body", "huge_body", "gzip_bomb", "endless_refusal", "endless_headers"] as const;
    await applyCatalog(carom, {
      carom: 1,
      partners: [
        ...floods.map((name) => partnerAt(`${name}_int`, hostile.url(name), { retry_policy: oneLongTry })),
        partnerTo({ id: "healthy_int", receiverUrl: healthy.url }),
      ],
      apps: [
        appWith(
          ["healthy_int"],
          floods.map((name) => integrationOf(`${name}_int`, { event_name: "flood", send_for: "all_sources" })),
        ),
      ],
    });
    const key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });
    const load = { url: carom.url, key, batch: 20, connections: 2 };
    const warm = await sendEventLoad({ ...load, numbers: numbersFrom(0, 2_000) });
    await healthy.allHeard(warm.acknowledged, 15_000);
    const before = await residentBytes(carom);
    const flood = (number: number): object => ({ ...purchase(number), event_name: "flood" });
    let most = before;
    const { acknowledged } = await sendEventLoad({ ...load, numbers: numbersFrom(2_000, 200), eventOf: flood });
    await until("the end of every flood that no breaker holds", async () => {
      most = Math.max(most, await residentBytes(carom));
      return ["endless_body", "huge_body", "gzip_bomb"].every(
        (name) => hostile.heard(name as HostileBehaviour) >= acknowledged.length,
      );
    });
    const after = await sendEventLoad({ ...load, numbers: numbersFrom(4_000, 100) });
    await healthy.allHeard(after.acknowledged, 15_000);
    t.diagnostic(
      `${(before / 2 ** 20).toFixed(0)} MiB before, at most ${(most / 2 ** 20).toFixed(0)} MiB while ${acknowledged.length * floods.length} answers had no end: ${(most / before).toFixed(2)} times`,
    );
    const accepted = [...warm.acknowledged, ...after.acknowledged];
    const books = reckon(t, "healthy", { accepted, heard: healthy.heard });
    // What those answers would have been is gigabytes.
    assert.ok(most < 3 * before, `${(most / before).toFixed(2)} times as much memory`);
    return { ...books, doubledMax: 0 };
  },
};
