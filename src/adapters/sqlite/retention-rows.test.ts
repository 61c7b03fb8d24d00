import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { claim, keepAll, recordPostbacks, settlement, sweepAll } from "#src/ports/conformance/recorded-postbacks.ts";
import { aBatch, anAttempt, aRecordedEvent } from "#test/support/a-recorded-event.ts";
import { anEvent, dayMs, noon } from "#test/support/an-event.ts";
import { sqliteFolder } from "#test/support/sqlite-folder.ts";

/** Pages of the file as the log makes it: the file itself is as old as the last checkpoint. */
const pagesOf = (folder: string): number => {
  const database = new DatabaseSync(`${folder}/data.db`, { readOnly: true });
  const pages = Number(database.prepare("PRAGMA page_count").get()?.["page_count"]);
  database.close();
  return pages;
};

test("a store that removes as much as it adds keeps the size of its file", async (context) => {
  const folder = sqliteFolder(context);
  const { store, log } = await folder.open();
  const retention = { ...keepAll, eventsMs: 10 * dayMs };
  await store.sweep({ now: noon, retention, slice: 100 });
  const recordDay = async (day: number): Promise<void> => {
    const at = noon + day * dayMs;
    for (let batch = 0; batch < 2; batch += 1) {
      const events = Array.from({ length: 50 }, () =>
        aRecordedEvent({
          event: anEvent({ receivedAt: at, value: { text: "x".repeat(1000) } }),
          postbacks: [{ start: { kind: "leased" } }],
        }),
      );
      const { events: heard } = await store.record(aBatch(events, { at }));
      const sequences = heard.flatMap((event) => (event.kind === "recorded" ? event.sequences : []));
      await store.settle(
        sequences.map((sequence) =>
          settlement({ sequence, leaseToken: "lease-of-record" }, anAttempt(1), { state: "delivered" }),
        ),
      );
    }
  };
  for (let day = 0; day < 12; day += 1) await recordDay(day);
  const once = pagesOf(folder.path);
  for (let day = 12; day < 45; day += 1) await recordDay(day);
  const later = pagesOf(folder.path);
  assert.ok(later <= 1.3 * once, `${later} pages after ${once}`);
  const kept = await log.countPostbacks({}, 10_000);
  assert.ok(kept >= 1_000 && kept <= 1_200, `${kept} are kept`);
  assert.equal((await log.totals()).delivered, 4_500);
});

test("versions of a request go with their postback, and not before", async (context) => {
  const folder = sqliteFolder(context);
  const storage = await folder.open();
  const versionsLeft = (): number => {
    const database = new DatabaseSync(`${folder.path}/data.db`, { readOnly: true });
    const versions = Number(database.prepare("SELECT count(*) AS versions FROM postback_version").get()?.["versions"]);
    database.close();
    return versions;
  };
  const recorded = await recordPostbacks(storage, [{}, {}]);
  const request = { method: "GET", url: "https://partner.example/again", headers: [], body: null } as const;
  for (let times = 0; times < 2; times += 1) {
    const versions = recorded.map(({ id }) => ({ postbackId: id, request, leaseToken: null }));
    assert.equal((await storage.store.rerender({ versions, at: noon })).length, 2);
  }
  assert.equal(versionsLeft(), 4, "a version is appended, none is replaced");
  const [heard, died] = await claim(storage);
  assert.ok(heard !== undefined && died !== undefined);
  await storage.store.settle([
    settlement(heard, anAttempt(1), { state: "delivered" }),
    settlement(died, anAttempt(1, { status: 500 }), { state: "dead", reason: "exhausted" }),
  ]);
  const retention = { ...keepAll, eventsMs: 30 * dayMs, deadMs: 90 * dayMs };
  await sweepAll(storage, noon + 60 * dayMs, { retention });
  assert.equal(versionsLeft(), 2, "those of the dead one, which is kept");
  await sweepAll(storage, noon + 91 * dayMs, { retention });
  assert.equal(versionsLeft(), 0);
});
