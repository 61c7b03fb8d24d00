import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, globSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { request } from "undici";
import { applyCatalog, makeKey, startCaromProcess, temporaryFolder } from "#test/support/carom-process.ts";
import { startCountingReceiver } from "#test/support/counting-receiver.ts";
import { onePartnerCatalog } from "#test/support/one-partner-catalog.ts";
import { judgeSyncs, type SyncJudgement } from "#test/support/sync-trace.ts";

/** `kill -9` cannot show an fsync, since the kernel keeps the pages: a trace of the system calls can. */

const noStrace =
  spawnSync("strace", ["-e", "trace=none", "true"]).status === 0
    ? false
    : "strace is not on this machine, or may not trace: whether the log is synced before each 202 was NOT checked";

/** Sends events one at a time to a traced server, so that each 202 has its own commit. */
const traceOf = async (checkout?: string): Promise<SyncJudgement> => {
  const folder = temporaryFolder();
  const trace = join(folder.path, "trace");
  const receiver = await startCountingReceiver();
  const calls = "trace=pwrite64,pwritev,write,writev,sendto,sendmsg,fdatasync,fsync";
  const carom = await startCaromProcess({
    folder: folder.path,
    // -I 2: by itself strace with -o blocks the signal that is to end it.
    wrapper: ["strace", "-I", "2", "-f", "-y", "-s", "32", "-e", calls, "-o", trace],
    ...(checkout === undefined ? {} : { checkout }),
  });
  try {
    await applyCatalog(carom, onePartnerCatalog(receiver.url));
    const key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });
    for (let number = 0; number < 20; number += 1) {
      const { statusCode, body } = await request(`${carom.url}/v1/events`, {
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        body: JSON.stringify({ app_id: "com.example.game", event_type: "in_app_event", event_name: "not_mapped" }),
      });
      assert.equal(statusCode, 202, await body.text());
    }
  } finally {
    await carom.kill("SIGTERM");
    await receiver.close();
  }
  const judgement = judgeSyncs(readFileSync(trace, "utf8"));
  folder.remove();
  return judgement;
};

test("the log is synced between the last write of a commit and its 202", { skip: noStrace }, async (t) => {
  const { answers, unsynced } = await traceOf();
  t.diagnostic(`${answers} answers, ${unsynced} without a sync of the log before them`);
  assert.equal(answers, 20);
  assert.equal(unsynced, 0);
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
  const { unsynced } = await traceOf(copy.path);
  assert.ok(unsynced > 0);
});
