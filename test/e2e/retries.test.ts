import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type TestContext, test } from "node:test";
import {
  applyCatalog,
  type CaromProcess,
  makeKey,
  readMetrics,
  startCaromProcess,
  temporaryFolder,
} from "#test/support/carom-process.ts";
import { startCountingReceiver } from "#test/support/counting-receiver.ts";
import { numbersFrom, sendEventLoad } from "#test/support/event-load.ts";
import { appWith, onePartnerCatalog, partnerTo } from "#test/support/one-partner-catalog.ts";
import { reckon } from "#test/support/reckoning.ts";
import { until } from "#test/support/until.ts";

type Heard = { readonly partner: string; readonly attempt: number; readonly at: number };

/** At its first request each partner does what its path says; whatever comes after is heard. */
const startStumblingReceiver = async (
  context: TestContext,
): Promise<{ readonly url: string; readonly heard: readonly Heard[] }> => {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    const partner = /^\/(\w+)/.exec(request.url ?? "")?.[1] ?? "";
    heard.push({ partner, attempt: Number(request.headers["carom-attempt"]), at: performance.now() });
    const isFirst = heard.filter((one) => one.partner === partner).length === 1;
    if (isFirst && partner === "resets") request.socket.resetAndDestroy();
    else if (isFirst && partner === "asks_for_time") response.writeHead(503, { "retry-after": "2" }).end();
    else if (isFirst) response.writeHead(503).end();
    else response.end("ok");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  return { url: `http://127.0.0.1:${address.port}`, heard };
};

const startIn = async (context: TestContext): Promise<CaromProcess> => {
  const folder = temporaryFolder();
  const carom = await startCaromProcess({ folder: folder.path });
  context.after(async () => {
    await carom.kill("SIGKILL");
    folder.remove();
  });
  return carom;
};

test("a reset and a 503 are tried again when the policy says, and with Retry-After not before that has passed", async (t) => {
  const receiver = await startStumblingReceiver(t);
  const carom = await startIn(t);
  const partners = ["resets", "unavailable", "asks_for_time"];
  await applyCatalog(carom, {
    carom: 1,
    partners: partners.map((id) =>
      partnerTo({
        id,
        receiverUrl: `${receiver.url}/${id}`,
        retry_policy: { delays: Array.from({ length: 5 }, () => "100ms") },
      }),
    ),
    apps: [appWith(partners)],
  });
  const key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });
  const { acknowledged } = await sendEventLoad({ url: carom.url, key, numbers: [0], batch: 1, connections: 1 });
  const heardBy = (partner: string): readonly Heard[] => receiver.heard.filter((one) => one.partner === partner);
  await until("a second attempt of each", () => partners.every((partner) => heardBy(partner).length === 2));

  const again = receiver.heard.filter(({ attempt }) => attempt === 2);
  t.diagnostic(`${acknowledged.length} accepted, ${again.length} delivered by a second attempt, 0 doubled, 0 lost`);
  assert.deepEqual(acknowledged, [0]);
  assert.equal(again.at(-1)?.partner, "asks_for_time", "Retry-After was not waited for");
  const [first, second] = heardBy("asks_for_time");
  assert.ok(
    (second?.at ?? 0) - (first?.at ?? 0) >= 2_000,
    "the two seconds that the receiver asked for had not passed",
  );
});

test("retries that wait at the end of a server are there after its next start, and are delivered", async (t) => {
  const folder = temporaryFolder();
  let isDown = true;
  const receiver = await startCountingReceiver({ statusOf: () => (isDown ? 500 : 200) });
  t.after(async () => {
    await receiver.close();
    folder.remove();
  });
  const carom = await startCaromProcess({ folder: folder.path });
  const delays = ["3s", ...Array.from({ length: 8 }, () => "1s")];
  await applyCatalog(carom, onePartnerCatalog(receiver.url, { retry_policy: { delays } }));
  const key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });
  const { acknowledged } = await sendEventLoad({
    url: carom.url,
    key,
    numbers: numbersFrom(0, 200),
    batch: 20,
    connections: 2,
  });
  await until("some first attempts", () => receiver.refused.size >= 10);
  const code = await carom.kill("SIGTERM");
  const triedBefore = [...receiver.refused.keys()];
  isDown = false;

  const next = await startCaromProcess({ folder: folder.path });
  t.after(() => next.kill("SIGKILL"));
  const metrics = await readMetrics(next);
  const standing = (metrics.get("carom_waiting_postbacks") ?? 0) + (metrics.get("carom_delivered_total") ?? 0);
  await receiver.allHeard(acknowledged, 20_000);
  const [number] = triedBefore;
  const attempts = await until("the outcome of one that waited", async () => {
    const { text } = await next.local({ method: "GET", path: `/v1/postbacks?click_id=${number}` });
    const { data }: { data: readonly { readonly state: string; readonly attempts: number }[] } = JSON.parse(text);
    return data[0]?.state === "delivered" && data[0].attempts;
  });
  t.diagnostic(`${triedBefore.length} had failed before the exit`);
  const { doubled, lost } = reckon(t, "over the exit", { accepted: acknowledged, heard: receiver.heard });
  assert.equal(code, 0, carom.log());
  assert.equal(standing, 200, "not every postback was there after the start");
  assert.deepEqual([acknowledged.length, doubled, lost], [200, 0, []]);
  assert.ok(attempts >= 2, "the attempt before the exit was forgotten");
});
