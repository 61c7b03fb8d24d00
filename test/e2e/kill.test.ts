import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { defaultEngineLimits } from "#src/engine/limits.ts";
import { applyCatalog, makeKey, startCaromProcess, temporaryFolder } from "#test/support/carom-process.ts";
import { startCountingReceiver } from "#test/support/counting-receiver.ts";
import { sendEventLoad } from "#test/support/event-load.ts";
import { onePartnerCatalog } from "#test/support/one-partner-catalog.ts";
import { seededChance } from "#test/support/seeded-chance.ts";

/** What is in flight at one moment: attempts under way, and outcomes that are not durable yet. Bounds the doubles of one kill. */
const attemptsMax = 64;
const inFlightMax = attemptsMax + defaultEngineLimits.delivery.unsettledMax;

/** Numbers of the postbacks whose delivery is durable in the folder of a server that is no more. */
const durablyDelivered = (folder: string): readonly number[] => {
  const database = new DatabaseSync(join(folder, "data.db"));
  const urls = database
    .prepare("SELECT url FROM ending JOIN postback ON postback.sequence = ending.postback WHERE ending.state = 0")
    .all();
  database.close();
  return urls.map(({ url }) => Number(new URL(String(url)).searchParams.get("n")));
};

test("every event acknowledged before a kill -9 is delivered after it, and doubles are only what was in flight", async (t) => {
  const kills = Number(process.env["CAROM_TEST_KILLS"] ?? 5);
  const seed = Number(process.env["CAROM_TEST_SEED"] ?? Date.now() % 1_000_000);
  const chance = seededChance(seed);
  const folder = temporaryFolder();
  const receiver = await startCountingReceiver(2);
  t.after(async () => {
    await receiver.close();
    folder.remove();
  });
  const acknowledged: number[] = [];
  const unknown = new Set<number>();
  const durable = new Map<number, number>();
  let from = 0;
  let key = "";
  for (let round = 0; round < kills; round += 1) {
    const carom = await startCaromProcess({ folder: folder.path });
    if (round === 0) {
      await applyCatalog(carom, onePartnerCatalog(receiver.url, { limits: { in_flight_max: attemptsMax } }));
      key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });
    }
    let killed = false;
    const load = sendEventLoad({
      url: carom.url,
      key,
      from,
      count: 100_000,
      batch: 50,
      connections: 4,
      stopped: () => killed,
    });
    await delay(100 + Math.floor(chance.fraction() * 400));
    await carom.kill("SIGKILL");
    killed = true;
    for (const number of durablyDelivered(folder.path)) durable.set(number, receiver.heard.get(number) ?? 0);
    const sent = await load;
    acknowledged.push(...sent.acknowledged);
    for (const number of sent.unknown) unknown.add(number);
    from += 100_000;
  }
  const last = await startCaromProcess({ folder: folder.path });
  await receiver.allHeard(acknowledged, 15_000);
  await last.kill("SIGTERM");

  const doubled = [...receiver.heard.values()].reduce((sum, times) => sum + times - 1, 0);
  const strangers = [...receiver.heard.keys()].filter((number) => number >= from);
  t.diagnostic(
    `seed ${seed}: ${kills} kills, ${acknowledged.length} accepted, ${receiver.heard.size} delivered, ${doubled} doubled, ${unknown.size} unanswered, 0 lost`,
  );
  assert.ok(acknowledged.length > 0, "nothing was accepted, so nothing was shown");
  assert.deepEqual(strangers, []);
  const again = [...durable].filter(([number, times]) => receiver.heard.get(number) !== times);
  assert.ok(durable.size > 0, "no delivery was durable at a kill, so nothing was shown");
  assert.deepEqual(again, [], "whose delivery was durable at a kill was sent again");
  assert.ok(doubled <= kills * inFlightMax, `${doubled} doubles, at most ${kills * inFlightMax} were in flight`);
  for (const [number, ids] of receiver.postbackIds)
    assert.equal(ids.size, 1, `event ${number} went out under two postback ids`);
});
