import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Event } from "#src/core/events/event.ts";
import { anEvent, dayMs, noon } from "#test/support/an-event.ts";
import { installFrom } from "./install-from.ts";
import { conversionKinds, type InstallRecord } from "./install-record.ts";

const install = installFrom(
  anEvent({
    type: "install",
    time: noon,
    fields: {
      install_id: "i-1",
      idfa: "F",
      media_source: "net_a",
      campaign: "summer",
      country_code: "US",
      event_revenue: 5,
    },
  }),
  null,
);

test("an install's record holds its ids, device and attribution, not its money", () => {
  assert.deepEqual(install.keys, ["install_id:i-1", "idfa:f"]);
  assert.equal(install.installedAt, noon);
  assert.equal(install.conversionAt, noon);
  assert.equal(install.conversionKind, "install");
  assert.deepEqual(install.fields, {
    install_id: "i-1",
    idfa: "F",
    media_source: "net_a",
    campaign: "summer",
    country_code: "US",
    install_time: noon,
  });
});

test("an install that tells its own time converts then, not when it was reported", () => {
  const told = installFrom(anEvent({ type: "install", fields: { install_time: noon - dayMs } }), null);
  assert.equal(told.installedAt, noon - dayMs);
  assert.equal(told.conversionAt, noon - dayMs);
});

test("a re-engagement keeps the install's time and ids, and brings its own attribution", () => {
  const event = anEvent({
    type: "re_engagement",
    time: noon + 9 * dayMs,
    fields: { install_id: "i-1", media_source: "net_b" },
  });
  const record = installFrom(event, install);
  assert.equal(record.installedAt, noon);
  assert.equal(record.conversionAt, noon + 9 * dayMs);
  assert.equal(record.conversionKind, "re_engagement");
  assert.deepEqual(record.keys, ["install_id:i-1", "idfa:f"]);
  assert.equal(record.fields.media_source, "net_b");
  assert.equal(record.fields.campaign, undefined);
  assert.equal(record.fields.country_code, "US");
});

test("a re-engagement of an unknown install counts from the time it tells, else from itself", () => {
  const at = noon + dayMs;
  assert.equal(installFrom(anEvent({ type: "re_attribution", time: at }), null).installedAt, at);
  const told = installFrom(anEvent({ type: "re_attribution", time: at, fields: { install_time: noon } }), null);
  assert.equal(told.installedAt, noon);
  assert.equal(told.conversionAt, at);
});

test("a second install starts anew: nothing of the old attribution stays", () => {
  const again = installFrom(anEvent({ type: "reinstall", time: noon + dayMs, fields: { install_id: "i-1" } }), install);
  assert.equal(again.fields.media_source, undefined);
  assert.equal(again.conversionKind, "reinstall");
  assert.equal(again.installedAt, noon + dayMs);
});

test("an install that comes late, after a newer conversion, takes neither its time nor its attribution", () => {
  const engaged = installFrom(
    anEvent({ type: "re_engagement", time: noon + dayMs, fields: { install_id: "i-1", media_source: "net_b" } }),
    null,
  );
  const late = installFrom(
    anEvent({
      type: "install",
      time: noon,
      fields: { install_id: "i-1", idfv: "v", media_source: "net_a", campaign: "summer" },
    }),
    engaged,
  );
  assert.equal(late.installedAt, noon);
  assert.equal(late.conversionAt, noon + dayMs);
  assert.equal(late.conversionKind, "re_engagement");
  assert.equal(late.fields.media_source, "net_b");
  assert.equal(late.fields.campaign, undefined);
  assert.equal(late.fields.idfv, "v");
  assert.equal(late.fields.install_time, noon);
});

test("an install that comes late, after a reinstall, takes nothing back", () => {
  const again = installFrom(
    anEvent({ type: "reinstall", time: noon + 3 * dayMs, fields: { install_id: "i-1", media_source: "net_b" } }),
    null,
  );
  const late = anEvent({
    type: "install",
    time: noon,
    fields: { install_id: "i-1", idfa: "F", media_source: "net_a" },
  });
  assert.equal(installFrom(late, again), again);
  assert.equal(again.installedAt, noon + 3 * dayMs);
});

test("without an install the newest time that was told counts, and a guess is not sent as the install's time", () => {
  const guessed = installFrom(anEvent({ type: "re_engagement", time: noon + 5 * dayMs }), null);
  assert.equal(guessed.fields.install_time, undefined);
  const earlier = installFrom(anEvent({ type: "re_engagement", time: noon + dayMs }), guessed);
  assert.equal(earlier.installedAt, noon + dayMs);
  const event = anEvent({ type: "re_engagement", time: noon + 2 * dayMs, fields: { install_time: noon - dayMs } });
  const told = installFrom(event, earlier);
  assert.equal(told.installedAt, noon - dayMs);
  assert.equal(told.fields.install_time, noon - dayMs);
  assert.equal(told.conversionAt, noon + 5 * dayMs);
});

const anyConversion: fc.Arbitrary<Event> = fc
  .record({
    type: fc.constantFrom(...conversionKinds),
    day: fc.integer({ min: 0, max: 4 }),
    fields: fc.record(
      {
        install_id: fc.constantFrom("i-1", "i-2"),
        idfa: fc.constantFrom("F", "G"),
        country_code: fc.constantFrom("US", "DE"),
        media_source: fc.constantFrom("net_a", "net_b"),
        campaign: fc.constantFrom("summer", "winter"),
        install_time: fc.constantFrom(noon, noon + dayMs),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ type, day, fields }) => anEvent({ type, time: noon + day * dayMs, fields }));

test("conversions make the same record in every order of arrival", () => {
  const recordOf = (events: readonly Event[]) => {
    const record = events.reduce<InstallRecord | null>((known, event) => installFrom(event, known), null);
    // Which event wrote last, and how often the app was launched, are of the order.
    return { ...record, eventId: null, lifecycle: null };
  };
  const orders = fc
    .array(anyConversion, { minLength: 2, maxLength: 6 })
    .chain((events) => fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })));
  fc.assert(
    fc.property(orders, ([events, shuffled]) => assert.deepEqual(recordOf(shuffled), recordOf(events))),
    { numRuns: 2_000 },
  );
});
