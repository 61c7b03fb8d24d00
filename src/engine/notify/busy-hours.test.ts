import assert from "node:assert/strict";
import { test } from "node:test";
import { appId } from "#src/core/ids.ts";
import { watchedHours } from "#src/core/notices/find-troubles.ts";
import type { Counter, CounterQuery } from "#src/ports/counters.ts";
import type { DeliveryLog } from "#src/ports/delivery-log.ts";
import { hourMs, noon } from "#test/support/an-event.ts";
import { BusyHours } from "./busy-hours.ts";

const game = appId("com.example.game");
const presentHour = noon / hourMs;

/** A log of these hours with events, and the hours that were asked for since the last look. */
const aLog = (busy: Set<number>) => {
  const asked: number[] = [];
  const counters = async ({ from }: CounterQuery): Promise<readonly Counter[]> => {
    asked.push(from / hourMs);
    if (!busy.has(from / hourMs)) return [];
    return [{ at: from, appId: game, owner: null, eventName: null, measure: "accepted", count: 1 }];
  };
  const log: Pick<DeliveryLog, "counters"> = { counters };
  return { log, takeAsked: () => asked.splice(0) };
};

test("hours in a row are one span, and those before the week are left out", async () => {
  const { log } = aLog(new Set([3, 4, 5, 9, watchedHours + 5].map((hoursAgo) => presentHour - hoursAgo)));
  const spans = (await new BusyHours(log).at(noon)).get(game);
  assert.deepEqual(spans, [
    { first: presentHour - 9, last: presentHour - 9 },
    { first: presentHour - 5, last: presentHour - 3 },
  ]);
});

test("the week is asked for once; after that only the hours that may have changed", async () => {
  const busy = new Set([presentHour]);
  const { log, takeAsked } = aLog(busy);
  const hours = new BusyHours(log);
  await hours.at(noon);
  assert.equal(takeAsked().length, watchedHours + 1);
  busy.add(presentHour + 1);
  const spans = await hours.at(noon + hourMs);
  assert.deepEqual(takeAsked(), [presentHour, presentHour + 1]);
  assert.deepEqual(spans.get(game), [{ first: presentHour, last: presentHour + 1 }]);
});

test("what is older than the week is forgotten as time goes by", async () => {
  const { log } = aLog(new Set([presentHour - 1, presentHour]));
  const hours = new BusyHours(log);
  await hours.at(noon);
  const first = presentHour;
  assert.deepEqual((await hours.at(noon + watchedHours * hourMs)).get(game), [{ first, last: presentHour }]);
  assert.equal((await hours.at(noon + (watchedHours + 1) * hourMs)).get(game), undefined);
});

test("a clock that is set back has the week looked at again", async () => {
  const { log, takeAsked } = aLog(new Set([presentHour, presentHour + 2]));
  const hours = new BusyHours(log);
  await hours.at(noon + 2 * hourMs);
  takeAsked();
  assert.deepEqual((await hours.at(noon)).get(game), [{ first: presentHour, last: presentHour }]);
  assert.equal(takeAsked().length, watchedHours + 1);
});
