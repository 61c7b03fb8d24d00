import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event } from "#src/core/events/event.ts";
import { anEvent, noon } from "#test/support/an-event.ts";
import { earnedBy, isRetargeting } from "./retargeting.ts";

const earned = (parts: Parameters<typeof anEvent>[0]) => earnedBy(anEvent(parts));
const record = (
  conversionKind: "install" | "reinstall" | "re_engagement" | "re_attribution",
  fields: Event["fields"] = {},
) => ({ version: 1, conversionAt: noon, conversionKind, fields, lifecycle: {} });

test("a conversion earned itself", () => {
  for (const type of ["install", "reinstall", "re_engagement", "re_attribution"] as const) {
    assert.equal(earned({ type }), type);
    assert.equal(earned({ type, enrichment: record("install") }), type);
  }
});

test("a reinstall that retargeting earned is a re-attribution", () => {
  assert.equal(earned({ type: "reinstall", fields: { is_retargeting: true } }), "re_attribution");
});

test("the kind is told by its name, however that is spelled, before a flag and before the install record", () => {
  const fields = { retargeting_conversion_type: "Re-Engagement", is_retargeting: false };
  assert.equal(earned({ fields, enrichment: record("install") }), "re_engagement");
  assert.equal(earned({ fields: { retargeting_conversion_type: "re_attribution" } }), "re_attribution");
  const none = { retargeting_conversion_type: "none" };
  assert.equal(earned({ fields: none, enrichment: record("re_engagement") }), "install");
  assert.equal(earned({ fields: none, enrichment: record("reinstall") }), "reinstall");
});

test("a flag without a name says whether, the install record by what", () => {
  assert.equal(earned({ fields: { is_retargeting: true } }), "retargeting");
  assert.equal(earned({ fields: { is_retargeting: true }, enrichment: record("install") }), "retargeting");
  assert.equal(earned({ fields: { is_retargeting: true }, enrichment: record("re_attribution") }), "re_attribution");
  assert.equal(earned({ fields: { is_retargeting: false }, enrichment: record("re_attribution") }), "install");
  assert.equal(earned({ enrichment: record("install", { is_retargeting: true }) }), "retargeting");
});

test("an event that tells nothing was earned by its record's conversion, and without a record by nobody knows what", () => {
  assert.equal(earned({ enrichment: record("re_engagement") }), "re_engagement");
  assert.equal(earned({ enrichment: record("install") }), "install");
  assert.equal(earned({}), null);
  assert.ok(!isRetargeting(null));
  assert.ok(!isRetargeting("reinstall"));
  assert.ok(isRetargeting("retargeting"));
});
