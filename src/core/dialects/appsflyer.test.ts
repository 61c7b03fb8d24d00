import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { dialects } from "#src/core/catalog/request-template.ts";
import { macros } from "#src/core/macros/registry.ts";
import { appsflyerDialect } from "./appsflyer.ts";
import { dialectNamed } from "./built-dialects.ts";
import type { Piece, TemplateField } from "./dialect.ts";

const told = (piece: Piece): string => {
  switch (piece.kind) {
    case "text":
      return piece.text;
    case "value":
      return `<${piece.value.name}>`;
    case "parameter":
    case "secret":
      return `<${piece.kind} ${piece.name}>`;
    case "unknown":
      return `<? ${piece.hint}>`;
    case "mistaken":
      return `<! ${piece.message}>`;
  }
};
const read = (text: string, field: TemplateField = "url"): string =>
  appsflyerDialect.read(text, field).map(told).join("");

test("every spelling of every macro is read, whatever its case and whether with -, _ or a blank", () => {
  for (const { name, spellings } of macros) {
    for (const spelling of [name, ...(spellings.appsflyer ?? [])]) {
      for (const form of [
        spelling,
        spelling.toUpperCase(),
        spelling.replaceAll("_", "-"),
        spelling.replaceAll(/[-_]/g, " "),
        spelling.replaceAll("-", "_"),
      ]) {
        assert.equal(read(`(${form})`), `<${name}>`, form);
        assert.equal(read(`$$sdk(${form})`), `<${name}>`, form);
      }
    }
  }
});

test("the spellings of the real templates and tables are read", () => {
  const spellings: Readonly<Record<string, readonly string[]>> = {
    idfa: ["idfa", "ios-device-id"],
    sha1_idfa: ["sha1-idfa"],
    advertising_id: ["advertiserId", "advertising_id"],
    sha1_advertising_id: ["sha1-advertiserId"],
    android_id: ["android-id", "android-device-id"],
    sha1_android_id: ["sha1-android-id"],
    idfv: ["vendorid", "vendorId", "idfv"],
    install_id: ["appsflyer-device-id", "appsflyer_id"],
    app_version: ["app-version-name", "app-version-new"],
    country_code: ["country_code", "country-code"],
    media_source: ["media_source", "media source", "pid"],
    campaign: ["campaign", "c"],
    af_sub_siteid: ["af_sub_siteid", "af_subsite_id"],
    click_time: ["click-ts"],
    click_time_hour: ["click-ts-hour-floor"],
    install_time: ["install-ts", "install_time"],
    install_time_hour: ["install-ts-hour-floor"],
    install_unix_ts: ["install-unix-ts", "install_unix_ts"],
    event_time: ["timestamp", "eventtime", "event_time"],
    attributed_touch_time: ["attributed_touch time", "attributed_touch_time"],
    attributed_touch_type: ["attributed-touch-type"],
    gp_click_time: ["gp_referer_click_ts"],
    gp_install_begin: ["gp_referer_install_ts"],
    retargeting_conversion_type: ["retargeting-conversion-type"],
    blocked_reason: ["blocked-reason"],
    blocked_reason_value: ["blocked-reason-value"],
    blocked_sub_reason: ["blocked-sub-reason"],
    is_primary_attribution: ["is-primary"],
    is_first: ["is-first"],
    is_reattr: ["is-reattr"],
    is_reengage: ["is-reengage"],
    is_rejected: ["is-rejected"],
    is_retargeting: ["is-retarget"],
    is_s2s: ["is-s2s-0-or-1"],
    random_str: ["random-str"],
    event_name: ["event-name", "event", "event_name"],
    partner_event_id: ["mapped-iae", "partner_event_id"],
    event_value: ["event-value", "encode", "event_value"],
    monetary: ["monetary", "event_revenue"],
    event_revenue_usd: ["event_revenue_USD"],
    orig_monetary: ["orig-monetary"],
    currency: ["currency", "event_revenue_currency"],
  };
  for (const [name, all] of Object.entries(spellings)) {
    for (const spelling of all) assert.equal(read(`(${spelling})`), `<${name}>`, spelling);
  }
});

test("the stored forms and the braces of its partner pages are read", () => {
  assert.equal(read("a=$$sdk(app-id)&b=$$click(clickid)&c={eventtime}"), "a=<app_id>&b=<clickid>&c=<event_time>");
});

test("parameters and secrets are read by their exact names", () => {
  assert.equal(read("(param.account_id)/(secret.API-key.2)"), "<parameter account_id>/<secret API-key.2>");
});

test("an unknown macro says what was likely meant", () => {
  assert.equal(read("(advertiser-idd)"), "<? did you mean (advertiserId)?>");
  assert.equal(read("$$sdk(advertiser-idd)"), "<? did you mean $$sdk(advertiserId)?>");
  assert.equal(read("{eventtime1}"), "<? did you mean {eventtime}?>");
  assert.equal(read("(media sorce)"), "<? did you mean (media_source)?>");
  assert.equal(read("(foo)"), "<? >");
  assert.equal(read("$$sdk()"), "<? >");
});

test("a stored form that AppsFlyer does not have is refused with the form to write", () => {
  assert.equal(read("$$foo(idfa)"), "<? write $$sdk(…) or $$click(…)>");
  assert.equal(read("$$click(ip)"), "<? it is no parameter of the link; write $$sdk(ip)>");
});

test("brackets without a letter are plain text everywhere, others without a name outside of a URL", () => {
  for (const text of ["()", "(1)", "(2026-01-14)", "(idfa", "$(", '{"a":1}', "{1}"]) {
    for (const field of ["url", "header", "body"] as const) assert.equal(read(text, field), text);
  }
  for (const text of ["(v1.2)", "(a, b)", "(see below)", `(${"a".repeat(65)})`, "(Linux; Android 14)", "(é)"]) {
    assert.equal(read(text, "header"), text);
    assert.equal(read(text, "body"), text);
    assert.match(read(text, "url"), /^<\? .*>$/s, text);
  }
  assert.equal(read("(see (idfa) there)", "body"), "(see <idfa> there)");
  assert.equal(read('{"id":(idfa),"ids":[(idfa)]}', "body"), '{"id":<idfa>,"ids":[<idfa>]}');
});

const inBraces = (name: string): string => `{${name}}`;

test("the notations of others are refused where they would go out as they stand", () => {
  for (const text of [
    "{{clickid}}",
    `$${inBraces("clickid")}`,
    `#${inBraces("clickid")}`,
    "$$sdk{clickid}",
    "{{{clickid}}}",
  ]) {
    for (const field of ["url", "header", "body"] as const) {
      if (field !== "url" && text.startsWith("{{{")) continue;
      assert.equal(read(text, field), "<? this is another notation; write (clickid)>", `${text} ${field}`);
    }
  }
  for (const text of ["$(clickid)", "{(clickid)}", "[(clickid)]", "<(clickid)>"]) {
    assert.match(read(text), /<\? this is another notation; write \(clickid\)>/, text);
  }
  for (const text of ["{%sdkver%}", "{cl?x}", "{_c_}", "{{foo}}", "{a.b}"]) {
    assert.match(read(text), /^<\? this is another notation.*>$/, text);
    assert.equal(read(text, "body"), text);
  }
  assert.equal(read("$(monetary)", "body"), "$<monetary>");
});

test("a macro that is nearly written as one is refused with the way to write it", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["( idfa)", "write (idfa)"],
    ["((idfa))", "write (idfa)"],
    ["(idfa|sha1)", "write (sha1-idfa): this dialect has no functions"],
    ["(sha1(idfa))", "write (sha1-idfa): this dialect has no functions"],
    ["(upper(idfa))", "this dialect has no functions; write (idfa)"],
    ["(idfa:upper)", "this dialect has no functions; write (idfa)"],
  ];
  for (const [text, hint] of cases) {
    for (const field of ["url", "header", "body"] as const) assert.equal(read(text, field), `<? ${hint}>`, text);
  }
  for (const text of ["(Param.account)", "(param. account)", "(SECRET.key)", `(param.${"a".repeat(65)})`]) {
    for (const field of ["url", "body"] as const) assert.match(read(text, field), /write \(param\.name\)/, text);
  }
});

test("a name in braces that is none is an error in a URL and text elsewhere", () => {
  assert.equal(read("{foo}", "url"), "<? >");
  assert.equal(read("{foo}", "body"), "{foo}");
  assert.equal(read("{foo}", "header"), "{foo}");
});

test("the pieces cover the text byte for byte, each at its place", () => {
  const fragment = fc.constantFrom("(", ")", "{", "}", "$$sdk(", "idfa", "media source", "(ip)", "&", "=", "é", "😀");
  fc.assert(
    fc.property(fc.array(fc.oneof(fragment, fc.string({ unit: "binary", maxLength: 3 })), { maxLength: 20 }), (all) => {
      const text = all.join("");
      let at = 0;
      for (const piece of appsflyerDialect.read(text, "body")) {
        const written = piece.kind === "text" ? piece.text : piece.written;
        assert.ok(text.startsWith(written, at));
        if (piece.kind !== "text") assert.equal(piece.at, at);
        at += written.length;
      }
      assert.equal(at, text.length);
    }),
  );
});

test("every dialect is found by its name", () => {
  for (const name of dialects) assert.equal(dialectNamed(name).name, name);
});
