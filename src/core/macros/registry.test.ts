import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { dialects } from "#src/core/catalog/request-template.ts";
import { dialectNamed, writtenIn } from "#src/core/dialects/built-dialects.ts";
import { eventFields } from "#src/core/events/event-fields.ts";
import { anEventView, testHashes, type ViewParts } from "#test/support/an-event-view.ts";
import { macros } from "./registry.ts";
import { allSpellings, spellingsIn } from "./spellings.ts";

const read = (name: string, parts: ViewParts = {}): string | null => {
  const macro = macros.find((each) => each.name === name);
  assert.ok(macro, name);
  return macro.read(anEventView(parts), testHashes);
};

test("every macro has a name of its own, a label, a sentence, an example and a kind of event that has it", () => {
  const names = macros.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const { name, label, meaning, example, eventTypes } of macros) {
    assert.match(name, /^[a-z][a-z0-9_]*$/);
    assert.match(label, /^[A-Z]/, name);
    assert.match(meaning, /[.…]$/, name);
    assert.notEqual(example, "", name);
    assert.ok(eventTypes.length > 0, name);
  }
});

test("no spelling of a dialect stands for two macros", () => {
  for (const dialect of dialects) {
    const owner = new Map<string, string>();
    for (const macro of macros) {
      for (const spelling of spellingsIn(dialect, macro)) {
        const normal = spelling.toLowerCase().replace(/[- ]/g, "_");
        assert.equal(owner.get(normal) ?? macro.name, macro.name, `${dialect} ${spelling}`);
        owner.set(normal, macro.name);
      }
    }
  }
});

test("every spelling of every dialect is read as its macro, and one letter more is answered with it", () => {
  for (const dialect of dialects) {
    for (const macro of macros) {
      for (const spelling of spellingsIn(dialect, macro)) {
        const written = writtenIn[dialect](spelling);
        const [piece, ...others] = dialectNamed(dialect).read(written, "url");
        assert.deepEqual(others, [], written);
        assert.ok(piece?.kind === "value" && piece.value.name === macro.name, written);
      }
      const [first] = spellingsIn(dialect, macro);
      if (first === undefined || first.length < 8) continue;
      const wrong = writtenIn[dialect](first.replace(/(?<=.{3})[a-z]/i, "$&q"));
      const [piece] = dialectNamed(dialect).read(wrong, "url");
      const hint = piece?.kind === "unknown" ? piece.hint : piece?.kind === "value" ? piece.caution?.message : "";
      assert.match(hint ?? "", /did you mean /, `${dialect} ${wrong}`);
    }
  }
});

test("every declared field of an event can be put into a template", () => {
  for (const dialect of ["appsflyer", "carom"] as const) {
    const written = new Set(allSpellings(dialect));
    assert.deepEqual(
      Object.keys(eventFields).filter((field) => !written.has(field)),
      [],
    );
  }
});

test("a macro without a value is missing, never an empty text or a word for nothing", () => {
  const known = new Set([
    ...["event_name", "partner_event_id", "event_type", "app_id", "app_name", "postback_id", "event_id", "random_str"],
    ...["event_time", "event_time_hour", "event_unix_ts", "event_unix_ms", "event_time_iso", "cachebust"],
    ...["is_reattr", "is_reengage", "is_retargeting", "is_rejected"],
  ]);
  for (const macro of macros) {
    assert.equal(macro.read(anEventView(), testHashes) === null, !known.has(macro.name), macro.name);
  }
});

test("no macro throws, whatever the event says", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.double(), (text, number) => {
      const fields = Object.fromEntries(Object.keys(eventFields).map((field) => [field, text]));
      const times = { attributed_touch_time: number, gp_click_time: number, gp_install_begin: number };
      const view = anEventView({ fields, times, installedAt: number, eventTime: number, value: text });
      for (const macro of macros) assert.doesNotThrow(() => macro.read(view, testHashes));
    }),
  );
});

test("an id goes out hashed with SHA-1 as it stands", () => {
  assert.equal(read("sha1_idfa", { fields: { idfa: "foobar" } }), "8843d7f92416211de9ebb963ff4ce28125932878");
  assert.equal(read("sha1_advertising_id", { fields: { advertising_id: "x" } })?.length, 40);
  assert.equal(read("sha1_android_id", { fields: { android_id: "x" } })?.length, 40);
});

test("times go out as text, as their hour and as Unix seconds", () => {
  const at = Date.UTC(2016, 0, 4, 16, 6, 0, 7);
  assert.equal(read("install_time", { installedAt: at }), "2016-01-04 16:06:00.007");
  assert.equal(read("install_time_hour", { installedAt: at }), "2016-01-04 16:00:00.000");
  assert.equal(read("install_unix_ts", { installedAt: at }), "1451923560");
  assert.equal(read("click_time", { times: { attributed_touch_time: at } }), "2016-01-04 16:06:00.007");
  assert.equal(read("attributed_touch_time", { times: { attributed_touch_time: at } }), "2016-01-04 16:06:00.007");
  assert.equal(read("gp_click_time", { times: { gp_click_time: at } }), "2016-01-04 16:06:00.007");
  assert.equal(read("gp_install_begin", { times: { gp_install_begin: at } }), "2016-01-04 16:06:00.007");
  assert.equal(read("event_time"), "2016-01-05 10:20:30.456");
});

test("flags go out in the form of their name", () => {
  assert.equal(read("wifi", { fields: { wifi: "true" } }), "TRUE");
  assert.equal(read("is_lat", { fields: { is_lat: "1" } }), "true");
  assert.equal(read("is_primary_attribution", { fields: { is_primary_attribution: "false" } }), "false");
  assert.equal(read("is_first", { fields: { is_first: "true" } }), "true");
  assert.equal(read("is_rejected", { isRejected: true }), "1");
  assert.equal(read("is_rejected"), "0");
  assert.equal(read("is_s2s", { fields: { event_source: "S2S" } }), "1");
  assert.equal(read("is_s2s", { fields: { event_source: "SDK" } }), "0");
});

test("the flags of retargeting never contradict each other", () => {
  const flags = (earnedBy: ViewParts["earnedBy"]) =>
    ["is_retargeting", "is_reengage", "is_reattr"].map((name) => read(name, { earnedBy: earnedBy ?? null }));
  assert.deepEqual(flags("re_engagement"), ["true", "true", "false"]);
  assert.deepEqual(flags("re_attribution"), ["true", "false", "true"]);
  assert.deepEqual(flags("retargeting"), ["true", "false", "false"]);
  for (const earnedBy of ["install", "reinstall", null] as const) {
    assert.deepEqual(flags(earnedBy), ["false", "false", "false"]);
  }
});

test("the revenue in USD is the reported one, else the revenue of an event in USD", () => {
  assert.equal(read("event_revenue_usd", { fields: { event_revenue_usd: "9" }, monetary: "8", currency: "EUR" }), "9");
  assert.equal(read("event_revenue_usd", { monetary: "120.00", currency: "usd" }), "120.00");
  assert.equal(read("event_revenue_usd", { monetary: "120.00", currency: "EUR" }), null);
  assert.equal(read("event_revenue_usd", { monetary: "120.00" }), null);
});

test("what seed 002 lists for all postbacks is for installs too", () => {
  const base = ["event_name", "event_value", "monetary", "currency", "event_revenue_usd", "partner_event_id"];
  for (const name of base) assert.ok(macros.find((macro) => macro.name === name)?.eventTypes.includes("install"), name);
});

test("a touch goes out as 1 for an impression and 0 for a click", () => {
  assert.equal(read("attributed_touch_type", { fields: { attributed_touch_type: "impression" } }), "1");
  assert.equal(read("attributed_touch_type", { fields: { attributed_touch_type: "click" } }), "0");
});

test("a campaign of more than 100 characters goes out as c_name_exceeded_max_length", () => {
  assert.equal(read("campaign", { fields: { campaign: "c".repeat(100) } }), "c".repeat(100));
  assert.equal(read("campaign", { fields: { campaign: "c".repeat(101) } }), "c_name_exceeded_max_length");
});

test("the app's name is the event's own, else that of the catalog", () => {
  assert.equal(read("app_name", { fields: { app_name: "Told" } }), "Told");
  assert.equal(read("app_name"), "Example Game");
});

test("the platform goes out as the vendor's table writes it", () => {
  assert.equal(read("platform", { fields: { platform: "ios" } }), "iOS");
});

test("the original revenue is the revenue where none was converted", () => {
  assert.equal(read("orig_monetary", { fields: { orig_monetary: "98" }, monetary: "120.00" }), "98");
  assert.equal(read("orig_monetary", { monetary: "120.00" }), "120.00");
});

test("the random string is the same at every rendering of one postback and another for another", () => {
  assert.match(read("random_str") ?? "", /^[0-9a-f]{32}$/);
  assert.equal(read("random_str"), read("random_str"));
  assert.notEqual(read("random_str"), read("random_str", { postbackId: "another" }));
});
