import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { applyCatalog, makeKey, startCaromProcess, temporaryFolder } from "#test/support/carom-process.ts";
import { startCountingReceiver } from "#test/support/counting-receiver.ts";
import { sendEventLoad } from "#test/support/event-load.ts";
import { onePartnerCatalog } from "#test/support/one-partner-catalog.ts";

test("SIGTERM under load exits 0, and what it had accepted goes out once, now or after the next start", async (t) => {
  const folder = temporaryFolder();
  const receiver = await startCountingReceiver(5);
  t.after(async () => {
    await receiver.close();
    folder.remove();
  });
  const carom = await startCaromProcess({ folder: folder.path });
  await applyCatalog(carom, onePartnerCatalog(receiver.url));
  const key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });
  let ended = false;
  const load = sendEventLoad({
    url: carom.url,
    key,
    from: 0,
    count: 200_000,
    batch: 100,
    connections: 4,
    stopped: () => ended,
  });
  await delay(700);
  const code = await carom.kill("SIGTERM");
  ended = true;
  const { acknowledged, unknown } = await load;
  const heardAtExit = receiver.heard.size;

  const next = await startCaromProcess({ folder: folder.path });
  await receiver.allHeard(acknowledged, 15_000);
  await next.kill("SIGTERM");
  const doubled = [...receiver.heard.values()].filter((times) => times > 1).length;
  t.diagnostic(
    `${acknowledged.length} accepted, ${heardAtExit} heard before the exit, ${doubled} doubled, ${unknown.length} unanswered, 0 lost`,
  );
  assert.equal(code, 0, carom.log());
  assert.ok(acknowledged.length > 0);
  assert.equal(doubled, 0);
});
