import assert from "node:assert/strict";
import test from "node:test";
import { openMemoryStorage } from "#src/adapters/memory/memory-storage.ts";
import { dayOfInstant } from "#src/core/money/exchange-rates.ts";
import { turnedClock } from "#test/support/turned-clock.ts";
import { LiveRates, ratesKeptDays } from "./live-rates.ts";

test("imported rates are in force at once and after a start; days that no event can have are left out", async () => {
  const clock = turnedClock();
  const { rates: store } = openMemoryStorage({ clock });
  const today = dayOfInstant(clock.now());
  const rates = new LiveRates({ store, clock });
  await rates.load();
  assert.equal(rates.perEuro("USD", today), null);
  const imported = await rates.import([
    { day: today, currency: "USD", rate: "1.17" },
    { day: today - 1, currency: "USD", rate: "1.16" },
    { day: today - ratesKeptDays - 1, currency: "USD", rate: "1.00" },
  ]);
  assert.deepEqual(imported, { kept: 2, tooOld: 1 });
  assert.equal(rates.perEuro("USD", today), "1.17");
  assert.deepEqual(rates.newest(), [{ day: today, currency: "USD", rate: "1.17", days: 2 }]);
  const next = new LiveRates({ store, clock });
  await next.load();
  assert.equal(next.perEuro("USD", today - 1), "1.16");
});
