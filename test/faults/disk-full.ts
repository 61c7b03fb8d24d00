import assert from "node:assert/strict";
import { applyCatalog, makeKey, startCaromProcess } from "#test/support/carom-process.ts";
import { startCountingReceiver } from "#test/support/counting-receiver.ts";
import { type EventLoad, numbersFrom, sendEventLoad } from "#test/support/event-load.ts";
import { onePartnerCatalog } from "#test/support/one-partner-catalog.ts";
import { postbackStates } from "#test/support/postback-states.ts";
import { reckon } from "#test/support/reckoning.ts";
import { cannotMount, mountSmallDisk } from "#test/support/small-disk.ts";
import { until } from "#test/support/until.ts";
import type { FaultScript } from "./fault-script.ts";

export const diskFull: FaultScript = {
  name: "disk full",
  promise: "a full disk answers 503 with Retry-After, loses nothing that was accepted, and heals by itself",
  sizes: { short: 1, long: 1, longSeeds: 3 },
  cannotRun: () => cannotMount("a full disk"),
  run: async (t, play) => {
    const disk = mountSmallDisk(96);
    assert.ok(disk !== null);
    const receiver = await startCountingReceiver({ answerDelayMs: 3 });
    const inFlight = 32;
    const carom = await startCaromProcess({
      folder: disk.path,
      environment: { CAROM_DISK_RESERVE_MEBIBYTES: "16" },
    });
    t.after(async () => {
      await carom.kill("SIGKILL");
      await receiver.close();
      disk.remove();
    });
    await applyCatalog(carom, onePartnerCatalog(receiver.url, { limits: { in_flight_max: inFlight } }));
    const key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });

    const heardBefore = play.between(500, 1_500);
    let stop = false;
    const load = { url: carom.url, key, batch: 50 };
    const sending = sendEventLoad({ ...load, numbers: numbersFrom(0), connections: 4, stopped: () => stop });
    await until("the first postbacks", () => receiver.heard.size > heardBefore);
    disk.fillUntilFree(0);
    const whileFull: EventLoad[] = [];
    // The next ones may be taken: the log has room within itself each time it begins anew.
    await until("a refusal", async () => {
      const numbers = numbersFrom(1_000_000 + 50 * whileFull.length, 50);
      whileFull.push(await sendEventLoad({ ...load, numbers, connections: 1 }));
      return whileFull.at(-1)?.refused.length === 50;
    });
    disk.empty();
    let probed = 2_000_000;
    const healed: number[] = [];
    await until("intake after there was room again", async () => {
      const { acknowledged } = await sendEventLoad({ ...load, numbers: numbersFrom(probed, 1), connections: 1 });
      probed += 1;
      healed.push(...acknowledged);
      return acknowledged.length > 0;
    });
    stop = true;
    const loads = [await sending, ...whileFull];
    const accepted = [...loads.flatMap(({ acknowledged }) => acknowledged), ...healed];
    const refused = loads.flatMap((each) => each.refused);
    await receiver.allHeard(accepted, 20_000);
    const states = await until("the last outcome", async () => {
      const now = await postbackStates(carom);
      return [...now.values()].every((state) => state === "delivered") && now;
    });
    const books = reckon(t, "before and while the disk was full", { accepted, heard: receiver.heard });
    const told = new Set(loads.flatMap(({ answers }) => [...answers.keys()]));
    t.diagnostic(`${[...told].join(", ")}; ${refused.length} events were refused`);
    for (const answer of told) assert.match(answer, /^202$|^503 intake\./);
    for (const after of loads.flatMap(({ retryAfters }) => retryAfters)) assert.match(after ?? "", /^[1-9]\d*$/);
    assert.deepEqual(
      loads.flatMap(({ unknown }) => unknown),
      [],
      "a request was never answered",
    );
    // Each of them was told that nothing of it was taken: its sender sends it again.
    assert.deepEqual(
      refused.filter((number) => receiver.heard.has(number)),
      [],
      "a refused event was sent",
    );
    assert.deepEqual(
      refused.filter((number) => states.has(number)),
      [],
      "a refused event was stored",
    );
    assert.equal(states.size, accepted.length, "the store holds what nobody had sent, or lacks what was accepted");
    return { ...books, doubledMax: inFlight };
  },
};
