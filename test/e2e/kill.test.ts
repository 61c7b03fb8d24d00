import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { applyCatalog, makeKey, startCaromProcess, temporaryFolder } from "#test/support/carom-process.ts";
import { startCountingReceiver } from "#test/support/counting-receiver.ts";
import { sendEventLoad } from "#test/support/event-load.ts";
import { onePartnerCatalog } from "#test/support/one-partner-catalog.ts";
import { seededChance } from "#test/support/seeded-chance.ts";

/** In flight at one moment: what was handed to a sender and is not yet settled; bounds the doubles of one kill. */
const inFlightMax = 64;

test("every event acknowledged before a kill -9 is delivered after it, and doubles are no more than what was in flight", async (t) => {
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
  let from = 0;
  let key = "";
  for (let round = 0; round < kills; round += 1) {
    const carom = await startCaromProcess({ folder: folder.path });
    if (round === 0) {
      await applyCatalog(carom, onePartnerCatalog(receiver.url, { limits: { in_flight: inFlightMax } }));
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
  assert.ok(doubled <= kills * inFlightMax, `${doubled} doubles, at most ${kills * inFlightMax} were in flight`);
  for (const [number, ids] of receiver.postbackIds)
    assert.equal(ids.size, 1, `event ${number} went out under two postback ids`);
});
