import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { recordPostback, settlement } from "#src/ports/conformance/recorded-postbacks.ts";
import { anAttempt, anInstallRecord } from "#test/support/a-recorded-event.ts";
import { anEvent } from "#test/support/an-event.ts";
import { sqliteFolder } from "#test/support/sqlite-folder.ts";

const said = "bob@example.com";
const holdsIt = (folder: string): boolean =>
  readdirSync(folder).some((name) => !name.endsWith(".sock") && readFileSync(`${folder}/${name}`).includes(said));

test("when the log has gone into the file, no byte of an erased person is in the folder", async (context) => {
  const folder = sqliteFolder(context);
  const storage = await folder.open();
  const keys = [`customer_user_id:${said}`];
  // Longer than a page: what it frees are pages of their own.
  const event = anEvent({ fields: { customer_user_id: said }, value: { email: said, note: "x".repeat(9000) } });
  const { id, sequence } = await recordPostback(
    storage,
    {
      event,
      start: { kind: "leased" },
      request: { method: "POST", url: "https://p.example/", headers: [], body: said },
    },
    { installs: [anInstallRecord({ eventId: event.id, keys })] },
  );
  const lease = { sequence, leaseToken: "lease-of-record" };
  await storage.store.settle([settlement(lease, anAttempt(1), { state: "delivered" })]);
  assert.ok(holdsIt(folder.path), "it is there before");
  const receipt = await storage.store.erase({ events: [event.id], people: [{ appId: event.appId, keys }] });
  assert.deepEqual(receipt, { erased: [event.id], installs: 1, marks: 0 });
  assert.equal((await storage.log.readPostback(id))?.state, "delivered");
  await storage.close();
  assert.ok(!holdsIt(folder.path), "nothing of it is left");
});
