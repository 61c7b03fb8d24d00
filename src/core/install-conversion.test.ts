import assert from "node:assert/strict";
import { test } from "node:test";
import { anEvent, dayMs, noon } from "#test/support/an-event.ts";
import { enrichmentOf, installFrom, isConversion, withEnrichment } from "./install-conversion.ts";

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

test("the four conversions write a record, a rejected one and every other event none", () => {
  for (const type of ["install", "reinstall", "re_engagement", "re_attribution"] as const) {
    assert.ok(isConversion(anEvent({ type })), type);
    assert.ok(!isConversion(anEvent({ type, fields: { is_rejected: true } })), type);
    assert.ok(!isConversion(anEvent({ type, fields: { blocked_reason: "bots" } })), type);
  }
  for (const type of ["in_app_event", "session", "uninstall", "skan_postback"] as const) {
    assert.ok(!isConversion(anEvent({ type })), type);
  }
});

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

test("an event is completed by what it does not tell itself", () => {
  const event = anEvent({ fields: { install_id: "i-1", country_code: "DE" } });
  const enrichment = enrichmentOf(event, install, 1);
  assert.deepEqual(enrichment, {
    version: 1,
    conversionAt: noon,
    conversionKind: "install",
    fields: { idfa: "F", media_source: "net_a", campaign: "summer", install_time: noon },
    lifecycle: install.lifecycle,
  });
  assert.equal(withEnrichment(event, enrichment).enrichment, enrichment);
  assert.equal(event.enrichment, null);
  assert.equal(enrichmentOf(event, null, 1), null);
});

test("attribution is taken whole or not at all: no campaign of one source beside another", () => {
  const other = enrichmentOf(anEvent({ fields: { media_source: "net_c" } }), install, 1);
  assert.deepEqual(Object.keys(other?.fields ?? {}).sort(), ["country_code", "idfa", "install_id", "install_time"]);
  const same = enrichmentOf(anEvent({ fields: { media_source: "net_a" } }), install, 1);
  assert.equal(same?.fields.campaign, "summer");
});

test("the window of an event counts from the re-engagement that it is attributed to, of another source's row from the install", () => {
  const engaged = installFrom(
    anEvent({ type: "re_engagement", time: noon + 9 * dayMs, fields: { media_source: "net_b" } }),
    install,
  );
  const at = (fields: Parameters<typeof anEvent>[0]) => enrichmentOf(anEvent(fields), engaged, 1);
  assert.equal(at({})?.conversionAt, noon + 9 * dayMs);
  assert.equal(at({})?.conversionKind, "re_engagement");
  assert.equal(at({ fields: { media_source: "net_b" } })?.conversionAt, noon + 9 * dayMs);
  assert.equal(at({ fields: { media_source: "net_a" } })?.conversionAt, noon);
  assert.equal(at({ fields: { media_source: "net_a" } })?.conversionKind, "install");
  assert.equal(at({ fields: { media_source: "net_a", install_time: noon - 1 } })?.conversionAt, noon - 1);
});

test("an event's own install time beats the record's", () => {
  assert.equal(enrichmentOf(anEvent({ fields: { install_time: noon - 5 } }), install, 1)?.conversionAt, noon - 5);
});

test("an install is never completed by an older record, a re-engagement only in ids and device", () => {
  assert.equal(enrichmentOf(anEvent({ type: "install" }), install, 1), null);
  assert.equal(enrichmentOf(anEvent({ type: "reinstall" }), install, 1), null);
  const engaged = enrichmentOf(anEvent({ type: "re_engagement", time: noon + 1 }), install, 1);
  assert.equal(engaged?.conversionAt, noon + 1);
  assert.equal(engaged?.conversionKind, "re_engagement");
  assert.equal(engaged?.fields.media_source, undefined);
  assert.equal(engaged?.fields.install_time, noon);
});
