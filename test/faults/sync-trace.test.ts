import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, globSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { request } from "undici";
import { applyCatalog, makeKey, startCaromProcess, temporaryFolder } from "#test/support/carom-process.ts";
import { startCountingReceiver } from "#test/support/counting-receiver.ts";
import { purchase } from "#test/support/event-load.ts";
import { onePartnerCatalog } from "#test/support/one-partner-catalog.ts";
import { acknowledgement, judgeSyncs, outcome, type SyncJudgement } from "#test/support/sync-trace.ts";
import { until } from "#test/support/until.ts";

/** `kill -9` cannot show an fsync, since the kernel keeps the pages: a trace of the system calls can. */

const noStrace =
  spawnSync("strace", ["-e", "trace=none", "true"]).status === 0
    ? false
    : "strace is not on this machine, or may not trace: whether the log is synced before each 202 and each outcome was NOT checked";

const events = 20;

type Traced = { readonly acknowledgements: SyncJudgement; readonly outcomes: SyncJudgement };

/** Sends events one at a time to a traced server, each until the API tells of its delivery, so that each has commits of its own. */
const traceOf = async (checkout?: string): Promise<Traced> => {
  const folder = temporaryFolder();
  const trace = join(folder.path, "trace");
  const receiver = await startCountingReceiver();
  const calls = "trace=read,pwrite64,pwritev,write,writev,sendto,sendmsg,fdatasync,fsync";
  const carom = await startCaromProcess({
    folder: folder.path,
    // -I 2: by itself strace with -o blocks the signal that is to end it.
    wrapper: ["strace", "-I", "2", "-f", "-y", "-s", "2048", "-e", calls, "-o", trace],
    ...(checkout === undefined ? {} : { checkout }),
  });
  try {
    await applyCatalog(carom, onePartnerCatalog(receiver.url));
    const key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });
    for (let number = 0; number < events; number += 1) {
      const { statusCode, body } = await request(`${carom.url}/v1/events`, {
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        body: JSON.stringify(purchase(number)),
      });
      assert.equal(statusCode, 202, await body.text());
      await until("the delivery", async () => {
        const { text } = await carom.local({ method: "GET", path: `/v1/postbacks?click_id=${number}&state=delivered` });
        return text.includes('"state":"delivered"');
      });
    }
  } finally {
    await carom.kill("SIGTERM");
    await receiver.close();
  }
  const text = readFileSync(trace, "utf8");
  folder.remove();
  return { acknowledgements: judgeSyncs(text, acknowledgement), outcomes: judgeSyncs(text, outcome) };
};

test("the log is synced between the last write of a commit and its 202, and before anybody hears of an outcome", {
  skip: noStrace,
}, async (t) => {
  const { acknowledgements, outcomes } = await traceOf();
  t.diagnostic(
    `${acknowledgements.told} answers, ${acknowledgements.unsynced} without a sync of the log before them; ${outcomes.told} outcomes, ${outcomes.unsynced} told before they were synced`,
  );
  assert.deepEqual(acknowledgements, { told: events, unsynced: 0 });
  assert.deepEqual(outcomes, { told: events, unsynced: 0 });
});

test("the trace reports a store that does not sync", { skip: noStrace }, async (t) => {
  const copy = temporaryFolder();
  t.after(copy.remove);
  const root = process.cwd();
  cpSync(join(root, "src"), join(copy.path, "src"), { recursive: true });
  cpSync(join(root, "package.json"), join(copy.path, "package.json"));
  symlinkSync(join(root, "node_modules"), join(copy.path, "node_modules"));
  let planted = 0;
  for (const file of globSync(join(copy.path, "src/adapters/sqlite/**/*.ts"))) {
    const source = readFileSync(file, "utf8");
    const unsafe = source.replaceAll(/synchronous\s*=\s*FULL/gi, "synchronous = OFF");
    if (unsafe !== source) planted += 1;
    writeFileSync(file, unsafe);
  }
  assert.ok(planted > 0, "synchronous = FULL stands nowhere in the adapter, so nothing was planted");
  const { acknowledgements, outcomes } = await traceOf(copy.path);
  assert.ok(acknowledgements.unsynced > 0);
  assert.ok(outcomes.unsynced > 0);
});
