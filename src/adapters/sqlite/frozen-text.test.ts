import assert from "node:assert/strict";
import { test } from "node:test";
import type { Enrichment } from "#src/core/events/event.ts";
import { withIpCountry } from "#src/core/events/ip-country.ts";
import { withEnrichment } from "#src/core/installs/install-conversion.ts";
import { anEvent, noon } from "#test/support/an-event.ts";
import { frozenText, withFrozen } from "./frozen-text.ts";

const enrichment: Enrichment = {
  version: 2,
  conversionAt: noon,
  conversionKind: "install",
  fields: { media_source: "net_a" },
  lifecycle: {},
};

test("an event is read back with what was frozen beside it, with a country or without, completed or not", () => {
  const event = anEvent({ fields: { ip: "198.51.100.7" } });
  const located = withIpCountry(event, "DE");
  for (const frozen of [event, located, withEnrichment(event, enrichment), withEnrichment(located, enrichment)])
    assert.deepEqual(withFrozen(event, frozenText(frozen)), frozen);
});

test("what was frozen before there were countries reads as it did", () => {
  const event = anEvent();
  assert.deepEqual(withFrozen(event, JSON.stringify(enrichment)), { ...event, enrichment });
  assert.equal(withFrozen(event, null), event);
});
