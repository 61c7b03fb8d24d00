import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { undurablePerSlot } from "#src/engine/deliver/hand-over.ts";
import { applyCatalog, makeKey, startCaromProcess, temporaryFolder } from "#test/support/carom-process.ts";
import { startCountingReceiver } from "#test/support/counting-receiver.ts";
import { numbersFrom, sendEventLoad } from "#test/support/event-load.ts";
import { onePartnerCatalog } from "#test/support/one-partner-catalog.ts";
import { reckon } from "#test/support/reckoning.ts";
import { until } from "#test/support/until.ts";
import type { FaultPlay, FaultScript } from "./fault-script.ts";

const inFlight = 32;

type Damage = (path: string, play: FaultPlay) => void;

const scribble: Damage = (path, { between }) => {
  const bytes = readFileSync(path);
  for (let times = 0; times < 200; times += 1) bytes[between(0, Math.max(0, bytes.length - 1))] = between(0, 255);
  writeFileSync(path, bytes);
};

const damages: Readonly<Record<string, Damage>> = {
  "is gone": (path) => rmSync(path),
  "is cut": (path, { between }) => truncateSync(path, between(0, readFileSync(path).length)),
  "is empty": (path) => truncateSync(path),
  "is scribbled over": scribble,
  "is another file": (path) => writeFileSync(path, "nothing of the kind\n".repeat(500)),
};

const files = ["search.db", "search.db-wal"];

export const damagedSearch: FaultScript = {
  name: "search files damaged or gone",
  promise: "whatever became of the search files over a kill, everything accepted is delivered, and is found again",
  sizes: { short: 4, long: 16, longSeeds: 1 },
  run: async (t, play) => {
    const folder = temporaryFolder();
    const receiver = await startCountingReceiver({ answerDelayMs: 1 });
    t.after(async () => {
      await receiver.close();
      folder.remove();
    });
    const accepted: number[] = [];
    const struck: string[] = [];
    let carom = await startCaromProcess({ folder: folder.path });
    t.after(() => carom.kill("SIGKILL"));
    await applyCatalog(carom, onePartnerCatalog(receiver.url, { limits: { in_flight_max: inFlight } }));
    const key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });
    for (let strike = 0; strike < play.strikes; strike += 1) {
      const heardBefore = receiver.heard.size;
      const numbers = numbersFrom(strike * 100_000, 500 + play.between(0, 1_500));
      const { acknowledged } = await sendEventLoad({ url: carom.url, key, numbers, batch: 50, connections: 2 });
      accepted.push(...acknowledged);
      const more = play.between(0, 200);
      await until("postbacks under way", () => receiver.heard.size > heardBefore + more);
      await carom.kill(play.chance.fraction() < 0.5 ? "SIGKILL" : "SIGTERM");
      const names = Object.keys(damages);
      for (const file of files) {
        const path = join(folder.path, file);
        const name = names[play.between(0, names.length - 1)] ?? "";
        if (!existsSync(path) || (file !== "search.db" && play.chance.fraction() < 0.3)) continue;
        damages[name]?.(path, play);
        struck.push(`${file} ${name}`);
      }
      carom = await startCaromProcess({ folder: folder.path });
      const sample = acknowledged[play.between(0, acknowledged.length - 1)] ?? 0;
      await until(
        `the search for ${sample}`,
        async () => {
          const { status, text } = await carom.local({ method: "GET", path: `/v1/postbacks?click_id=${sample}` });
          assert.ok(status === 200 || status === 503, `${status} ${text}`);
          return text.includes(`n=${sample}&`);
        },
        20_000,
      );
    }
    await receiver.allHeard(accepted, 20_000);
    t.diagnostic(struck.join(", "));
    const books = reckon(t, `${struck.length} files damaged`, { accepted, heard: receiver.heard });
    assert.ok(struck.length > 0, "nothing was damaged, so nothing was shown");
    return { ...books, doubledMax: play.strikes * undurablePerSlot * inFlight };
  },
};
