import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event } from "#src/core/events/event.ts";
import { anEvent, dayMs, noon } from "#test/support/an-event.ts";
import { enrichmentOf, isConversion, withEnrichment } from "./install-conversion.ts";
import { installFrom } from "./install-from.ts";

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

test("an event whose campaign is another's gets no media source beside it, and one that only repeats or names none does", () => {
  const sourceOf = (fields: Event["fields"]) => enrichmentOf(anEvent({ fields }), install, 1)?.fields.media_source;
  assert.equal(sourceOf({ campaign: "winter" }), undefined);
  assert.equal(sourceOf({ af_adset: "a" }), undefined);
  assert.equal(sourceOf({ af_prt: "agencyprt" }), undefined);
  assert.equal(sourceOf({ campaign: "summer" }), "net_a");
  assert.equal(sourceOf({ campaign: "summer", install_app_store: "google_play", is_retargeting: false }), "net_a");
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
