import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { undurablePerSlot } from "#src/engine/deliver/hand-over.ts";
import {
  applyCatalog,
  type CaromProcess,
  makeKey,
  startCaromProcess,
  temporaryFolder,
} from "#test/support/carom-process.ts";
import { type CountingReceiver, startCountingReceiver } from "#test/support/counting-receiver.ts";
import { numbersFrom, sendEventLoad } from "#test/support/event-load.ts";
import { onePartnerCatalog } from "#test/support/one-partner-catalog.ts";
import { reckon } from "#test/support/reckoning.ts";
import { until } from "#test/support/until.ts";
import type { FaultContext, FaultScript } from "./fault-script.ts";

/** Attempts in the hands of the one sender thread: what its death may double. */
const inFlight = 32;

type World = {
  readonly carom: CaromProcess;
  readonly receiver: CountingReceiver;
  readonly key: string;
  readonly folder: string;
  /** Resolves when the thread is gone. */
  readonly letDie: () => Promise<void>;
};

/** The program as it is, with a thread that ends when it is told to. */
const startWithDying = async (context: FaultContext, thread: string): Promise<World> => {
  const folder = temporaryFolder();
  const receiver = await startCountingReceiver({ answerDelayMs: 3 });
  const deathFile = join(folder.path, "die");
  const carom = await startCaromProcess({
    folder: folder.path,
    environment: {
      NODE_OPTIONS: `--import=${new URL("../support/planted-death.ts", import.meta.url).href}`,
      CAROM_TEST_DYING_THREAD: thread,
      CAROM_TEST_DEATH_FILE: deathFile,
      CAROM_SENDER_THREADS: "1",
    },
  });
  context.after(async () => {
    await carom.kill("SIGKILL");
    await receiver.close();
    folder.remove();
  });
  const retryPolicy = { delays: Array.from({ length: 9 }, () => "200ms") };
  await applyCatalog(
    carom,
    onePartnerCatalog(receiver.url, { limits: { in_flight_max: inFlight }, retry_policy: retryPolicy }),
  );
  const letDie = async (): Promise<void> => {
    writeFileSync(deathFile, "");
    await until(`the death of ${thread}`, () => !existsSync(deathFile));
  };
  const key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });
  return { carom, receiver, key, folder: folder.path, letDie };
};

export const senderThreadDies: FaultScript = {
  name: "sender thread dies",
  promise: "a sender thread that dies under load is replaced, and everything accepted is delivered",
  sizes: { short: 2, long: 6, longSeeds: 1 },
  run: async (t, play) => {
    const { carom, receiver, key, letDie } = await startWithDying(t, "carom-sender-1");
    let ended = false;
    const load = sendEventLoad({
      url: carom.url,
      key,
      numbers: numbersFrom(0),
      batch: 20,
      connections: 2,
      stopped: () => ended,
    });
    const deaths = play.strikes;
    for (let death = 0; death < deaths; death += 1) {
      const heardBefore = receiver.heard.size;
      const more = play.between(50, 500);
      await until("postbacks under way", () => receiver.heard.size > heardBefore + more);
      await letDie();
    }
    const heardBefore = receiver.heard.size;
    await until("postbacks after the last death", () => receiver.heard.size > heardBefore + 200);
    ended = true;
    const { acknowledged, refused, unknown } = await load;
    await receiver.allHeard(acknowledged, 20_000);
    const books = reckon(t, `${deaths} deaths of the sender thread`, {
      accepted: acknowledged,
      heard: receiver.heard,
    });
    assert.match(carom.log(), /a sender thread crashed/);
    assert.deepEqual([refused, unknown], [[], []]);
    return { ...books, doubledMax: deaths * inFlight };
  },
};

export const storeThreadDies: FaultScript = {
  name: "store thread dies",
  promise:
    "when the store's thread dies the process says so and ends, and the next start delivers what it had acknowledged",
  sizes: { short: 1, long: 1, longSeeds: 3 },
  run: async (t, play) => {
    const { carom, receiver, key, folder, letDie } = await startWithDying(t, "carom-store");
    let ended = false;
    const load = sendEventLoad({
      url: carom.url,
      key,
      numbers: numbersFrom(0),
      batch: 20,
      connections: 2,
      stopped: () => ended,
    });
    const heardBefore = play.between(50, 500);
    await until("postbacks under way", () => receiver.heard.size > heardBefore);
    await letDie();
    const code = await carom.exited;
    ended = true;
    const { acknowledged, answers } = await load;
    const told = [...answers].map(([answer, times]) => `${times} × ${answer}`).join(", ");

    const next = await startCaromProcess({ folder });
    t.after(() => next.kill("SIGKILL"));
    await receiver.allHeard(acknowledged, 20_000);
    const books = reckon(t, `the store's thread died (${told})`, { accepted: acknowledged, heard: receiver.heard });
    assert.notEqual(code, 0);
    assert.match(carom.log(), /store thread of the storage has died/);
    for (const answer of answers.keys()) assert.match(answer, /^202$|^503 intake\.(store_failed|shutting_down)$/);
    for (const [number, ids] of receiver.postbackIds)
      assert.equal(ids.size, 1, `event ${number} went out under two postback ids`);
    return { ...books, doubledMax: undurablePerSlot * inFlight };
  },
};
