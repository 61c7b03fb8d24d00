import assert from "node:assert/strict";
import { request } from "undici";
import { applyCatalog, type CaromProcess, makeKey, startCaromProcess } from "#test/support/carom-process.ts";
import { startCountingReceiver } from "#test/support/counting-receiver.ts";
import { numbersFrom, sendEventLoad } from "#test/support/event-load.ts";
import { onePartnerCatalog } from "#test/support/one-partner-catalog.ts";
import { reckon } from "#test/support/reckoning.ts";
import { cannotMount, mountSmallDisk } from "#test/support/small-disk.ts";
import { until } from "#test/support/until.ts";
import type { FaultScript } from "./fault-script.ts";

const postOne = async (carom: CaromProcess, key: string): Promise<{ status: number; retryAfter: unknown }> => {
  const { statusCode, headers, body } = await request(`${carom.url}/v1/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ app_id: "com.example.game", event_type: "in_app_event", event_name: "not_mapped" }),
  });
  await body.dump();
  return { status: statusCode, retryAfter: headers["retry-after"] };
};

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
    const load = sendEventLoad({
      url: carom.url,
      key,
      numbers: numbersFrom(0),
      batch: 50,
      connections: 4,
      stopped: () => stop,
    });
    await until("the first postbacks", () => receiver.heard.size > heardBefore);
    disk.fillUntilFree(0);
    // The next one may be taken: the log has room within itself each time it begins anew.
    let refused = await postOne(carom, key);
    await until("a 503", async () => {
      if (refused.status !== 503) refused = await postOne(carom, key);
      return refused.status === 503;
    });
    stop = true;
    const { acknowledged } = await load;

    disk.empty();
    await until("intake after there was room again", async () => (await postOne(carom, key)).status === 202);
    await receiver.allHeard(acknowledged, 20_000);
    const books = reckon(t, "before and while the disk was full", {
      accepted: acknowledged,
      heard: receiver.heard,
    });
    assert.equal(refused.status, 503);
    assert.match(String(refused.retryAfter), /^\d+$/);
    assert.ok(acknowledged.length >= 500);
    return { ...books, doubledMax: inFlight };
  },
};
