import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  applyCatalog,
  makeKey,
  residentBytes,
  startCaromProcess,
  temporaryFolder,
} from "#test/support/carom-process.ts";
import { startCountingReceiver } from "#test/support/counting-receiver.ts";
import { numbersFrom, purchase, sendEventLoad } from "#test/support/event-load.ts";
import { onePartnerCatalog } from "#test/support/one-partner-catalog.ts";
import { reckon } from "#test/support/reckoning.ts";
import { until } from "#test/support/until.ts";
import type { FaultScript } from "./fault-script.ts";

/** A disk whose every sync takes 30 ms more: strace holds the call. Without it the disk is as fast as it is. */
const slowSync = ["strace", "-I", "2", "-f", "-o", "/dev/null", "-e", "trace=fdatasync,fsync"];
const slowDisk = [...slowSync, "-e", "inject=fdatasync,fsync:delay_exit=30000"];
const isSlowable = spawnSync("strace", ["-e", "trace=none", "true"]).status === 0;

/** Large enough that a queue without a bound would show in the memory of the process. */
const eventOf = (number: number): object => ({ ...purchase(number), event_value: { note: "x".repeat(4_000) } });

export const overload: FaultScript = {
  name: "intake faster than the disk",
  promise:
    "intake faster than the disk is refused with Retry-After at a bounded queue, and what was acknowledged is delivered",
  sizes: { short: 1, long: 1, longSeeds: 2 },
  run: async (t) => {
    const folder = temporaryFolder();
    const receiver = await startCountingReceiver();
    const carom = await startCaromProcess({
      folder: folder.path,
      environment: { CAROM_INTAKE_QUEUE_EVENTS: "1000" },
      ...(isSlowable ? { wrapper: slowDisk } : {}),
    });
    t.after(async () => {
      await carom.kill("SIGTERM");
      await receiver.close();
      folder.remove();
    });
    await applyCatalog(carom, onePartnerCatalog(receiver.url, { limits: { in_flight_max: 256 } }));
    const key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });
    const load = { url: carom.url, key, batch: 100, eventOf };
    let ended = false;
    const flood = sendEventLoad({ ...load, numbers: numbersFrom(0), connections: 40, stopped: () => ended });
    const mostMemoryUntilHeard = async (count: number): Promise<number> => {
      let most = 0;
      await until(`${count} postbacks under overload`, async () => {
        most = Math.max(most, await residentBytes(carom));
        return receiver.heard.size > count;
      });
      return most;
    };
    await mostMemoryUntilHeard(1_500);
    const before = await mostMemoryUntilHeard(3_000);
    const most = await mostMemoryUntilHeard(6_000);
    ended = true;
    const { acknowledged, refused, unknown, answers, retryAfters } = await flood;
    const accepted = [...acknowledged];
    await receiver.allHeard(accepted, 30_000);
    const told = [...answers].map(([answer, times]) => `${times} × ${answer}`).join(", ");
    const disk = isSlowable
      ? "each sync 30 ms slower"
      : "the disk as fast as it is: strace may not hold its syncs here";
    t.diagnostic(`${disk}; ${told}; memory at most ${(most / before).toFixed(2)} times that of the first half`);
    const books = reckon(t, "under overload", { accepted, heard: receiver.heard });
    assert.ok(refused.length > 0, "nothing was refused, so nothing was shown");
    assert.deepEqual([...answers.keys()].toSorted(), ["202", "503 intake.queue_full"]);
    assert.ok(retryAfters.every((after) => /^[1-9]\d*$/.test(after ?? "")));
    assert.deepEqual(unknown, []);
    assert.deepEqual(
      refused.filter((number) => receiver.heard.has(number)),
      [],
      "a refused event was delivered",
    );
    assert.ok(most < 1.5 * before, `${(most / before).toFixed(2)} times as much memory`);
    return { ...books, doubledMax: 0 };
  },
};
