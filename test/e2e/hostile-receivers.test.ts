import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import {
  applyCatalog,
  type CaromProcess,
  makeKey,
  startCaromProcess,
  temporaryFolder,
} from "#test/support/carom-process.ts";
import { startCountingReceiver } from "#test/support/counting-receiver.ts";
import { numbersFrom, sendEventLoad } from "#test/support/event-load.ts";
import { type HostileBehaviour, startHostileReceiver } from "#test/support/hostile-receiver.ts";
import { appWith, partnerTo } from "#test/support/one-partner-catalog.ts";

/** Of the first event, which was handed over before any breaker could open: one try each, cut after a second: whatever the receiver does, its postbacks end. */
const oneTry = { name: "one try", delays: [], timeout: "1s" };

/** What each behaviour must end as. */
const endings: readonly {
  readonly behaviour: HostileBehaviour;
  readonly state: string;
  readonly reason: string | null;
}[] = [
  { behaviour: "hangs", state: "dead", reason: "exhausted" },
  { behaviour: "drips_head", state: "dead", reason: "exhausted" },
  { behaviour: "drips_body", state: "dead", reason: "exhausted" },
  { behaviour: "resets", state: "dead", reason: "exhausted" },
  { behaviour: "length_too_long", state: "dead", reason: "exhausted" },
  { behaviour: "not_http", state: "dead", reason: "exhausted" },
  { behaviour: "unavailable", state: "dead", reason: "exhausted" },
  { behaviour: "redirects", state: "dead", reason: "permanent" },
  { behaviour: "endless_body", state: "delivered", reason: null },
  { behaviour: "gzip_bomb", state: "delivered", reason: null },
];

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

test("whatever a receiver does, its postback ends with its reason, and a healthy one beside it is served", async (t) => {
  const folder = temporaryFolder();
  const hostile = await startHostileReceiver(100);
  const healthy = await startCountingReceiver();
  const carom = await startCaromProcess({ folder: folder.path });
  t.after(async () => {
    await carom.kill("SIGKILL");
    await hostile.close();
    await healthy.close();
    folder.remove();
  });
  const partners = endings.map(({ behaviour }) => ({ id: `${behaviour}_int`, url: hostile.url(behaviour) }));
  await applyCatalog(carom, {
    carom: 1,
    partners: [
      ...partners.map(({ id, url }) => ({
        ...partnerTo({ id, receiverUrl: url }),
        templates: [{ event_kind: "in_app_event", dialect: "appsflyer", method: "GET", url: `${url}?n=(clickid)` }],
        retry_policy: oneTry,
      })),
      partnerTo({ id: "healthy_int", receiverUrl: healthy.url }),
    ],
    apps: [appWith([...partners.map(({ id }) => id), "healthy_int"])],
  });
  const key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });
  const first = await sendEventLoad({ url: carom.url, key, numbers: [0], batch: 1, connections: 1 });
  const more = await sendEventLoad({ url: carom.url, key, numbers: numbersFrom(1, 100), batch: 10, connections: 2 });
  await healthy.allHeard([...first.acknowledged, ...more.acknowledged], 15_000);
  assert.equal(healthy.heard.size, 101);

  for (const { behaviour, state, reason } of endings) {
    const postback = await ended(carom, `${behaviour}_int`);
    assert.deepEqual({ behaviour, state: postback.state, reason: postback.reason }, { behaviour, state, reason });
    assert.equal(postback.attempts, 1, behaviour);
  }
  assert.equal(hostile.heard("ok"), 0, "a redirect was followed");
  assert.equal((await carom.local({ method: "GET", path: "/healthz" })).status, 200);
});
