import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { undurablePerSlot } from "#src/engine/deliver/hand-over.ts";
import {
  applyCatalog,
  type CaromProcess,
  makeKey,
  startCaromProcess,
  temporaryFolder,
} from "#test/support/carom-process.ts";
import { startCountingReceiver } from "#test/support/counting-receiver.ts";
import { type IntakeDoor, intakeDoors, sendAtDoor } from "#test/support/intake-doors.ts";
import { onePartnerCatalog } from "#test/support/one-partner-catalog.ts";
import { reckon } from "#test/support/reckoning.ts";
import { until } from "#test/support/until.ts";
import type { FaultScript } from "./fault-script.ts";

const inFlight = 32;
/** Events of one request where it may carry several. */
const batch = 10;

/** Numbers that each door has acknowledged, over all kills. */
type Acknowledged = ReadonlyMap<IntakeDoor, number[]>;

export const killAtDoors: FaultScript = {
  name: "kill -9, every way in",
  promise:
    "what was acknowledged before a kill -9, in the form of whichever product it was sent, is delivered after it",
  sizes: { short: 1, long: 10, longSeeds: 1 },
  run: async (t, { strikes: kills, between }) => {
    const folder = temporaryFolder();
    const receiver = await startCountingReceiver({ answerDelayMs: 2 });
    t.after(async () => {
      await receiver.close();
      folder.remove();
    });
    const acknowledged: Acknowledged = new Map(intakeDoors.map((door) => [door, []]));
    let next = 0;
    /** Sends at one door, a request at a time, until the server is gone. */
    const lane = async (carom: CaromProcess, key: string, door: IntakeDoor): Promise<void> => {
      for (;;) {
        const numbers = Array.from({ length: door.eventsMax ?? batch }, (_, index) => next + index);
        next += numbers.length;
        const sent = await sendAtDoor(door, { url: carom.url, key }, numbers);
        if (sent === "unanswered") return;
        if (sent === "taken") acknowledged.get(door)?.push(...numbers);
      }
    };
    let key = "";
    for (let kill = 0; kill < kills; kill += 1) {
      const carom = await startCaromProcess({ folder: folder.path });
      t.after(() => carom.kill("SIGKILL"));
      const limits = { in_flight_max: inFlight };
      if (kill === 0) {
        await applyCatalog(carom, onePartnerCatalog(receiver.url, { number: "customer_user_id", limits }));
        key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });
      }
      const heardBefore = receiver.heard.size;
      const more = between(200, 1_000);
      const lanes = intakeDoors.map((door) => lane(carom, key, door));
      await until("postbacks under way", () => receiver.heard.size > heardBefore + more);
      await delay(between(0, 50));
      await carom.kill("SIGKILL");
      await Promise.all(lanes);
    }
    const last = await startCaromProcess({ folder: folder.path });
    t.after(() => last.kill("SIGKILL"));
    const accepted = [...acknowledged.values()].flat();
    await receiver.allHeard(accepted, 20_000);
    t.diagnostic([...acknowledged].map(([{ name }, numbers]) => `${name} ${numbers.length}`).join(", "));
    const books = reckon(t, `${kills} kills`, { accepted, heard: receiver.heard });
    for (const [{ name }, numbers] of acknowledged)
      assert.ok(numbers.length > 0, `${name}: nothing was acknowledged, so nothing was shown`);
    for (const [number, ids] of receiver.postbackIds)
      assert.equal(ids.size, 1, `event ${number} went out under two postback ids`);
    return { ...books, doubledMax: kills * undurablePerSlot * inFlight };
  },
};
