import assert from "node:assert/strict";
import { test } from "node:test";

import { type TemplateParts, warningsOf } from "#test/support/a-template.ts";

const warned = (parts: TemplateParts): readonly string[] =>
  warningsOf(parts).map(({ code, message }) => `${code} | ${message}`);

test("a template without a likely mistake has no warnings", () => {
  assert.deepEqual(warned({ url: "https://p.example/?e=(event-name)&id=(idfa)" }), []);
});

test("a macro that this kind of event never has is told by its name", () => {
  assert.deepEqual(warned({ eventKind: "install", url: "https://p.example/?v=(encode)&e=(event-name)" }), []);
  assert.deepEqual(warned({ eventKind: "skan_postback", url: "https://p.example/?v=(idfa)" }), [
    "template.macro_never_filled | templates[0]: a template of kind skan_postback never has idfa",
  ]);
});

test("damage by HTML is told with its place and its repair", () => {
  assert.deepEqual(warned({ url: "https://p.example/?e=(event-name)¤cy=(currency)&amp;a=1&quot;" }), [
    "template.entity_damage | templates[0].url: ¤cy at character 34 is damage by HTML; write &currency",
    "template.entity_damage | templates[0].url: &amp; at character 48 is damage by HTML; write &",
    "template.entity_damage | templates[0].url: &quot; at character 56 is damage by HTML; write the character itself, percent-encoded",
  ]);
  assert.deepEqual(warned({ url: "https://p.example/?a=1¶m1=2" }), [
    "template.entity_damage | templates[0].url: ¶m1 at character 23 is damage by HTML; write &param1",
  ]);
  for (const ampersand of ["&AMP;", "&#38;", "&#x26;"]) {
    assert.equal(
      warned({ url: `https://p.example/?a=1${ampersand}b=2` })[0],
      `template.entity_damage | templates[0].url: ${ampersand} at character 23 is damage by HTML; write &`,
    );
  }
  assert.deepEqual(warned({ method: "POST", body: "a=1¤cy=USD", contentType: "application/x-www-form-urlencoded" }), [
    "template.entity_damage | templates[0].body: ¤cy at character 4 is damage by HTML; write &currency",
  ]);
});

test("personal data over plain http is told, over https not", () => {
  assert.deepEqual(warned({ url: "http://p.example/?ip=(ip)&id=(sha1-idfa)&e=(event)" }), [
    "template.personal_data_over_http | templates[0].url: personal data over plain http: ip, sha1_idfa; use https",
  ]);
  assert.deepEqual(warned({ url: "http://p.example/?e=(event)" }), []);
});

test("a privacy template that names a device is told", () => {
  assert.deepEqual(warned({ privacy: true, url: "https://p.example/?id=(idfa)" }), [
    "template.personal_data_in_privacy_template | templates[0]: a privacy template names no device or person: idfa",
  ]);
});

test("a parameter that stands more than once is noted", () => {
  assert.deepEqual(warned({ url: "https://p.example/?_c_=1&a=2&_c_=3&_c_=4&&" }), [
    "template.parameter_repeated | templates[0].url: the parameter _c_ stands more than once",
  ]);
  assert.deepEqual(
    warned({ method: "POST", body: "a=1&a=2", contentType: "application/x-www-form-urlencoded;charset=utf-8" }),
    ["template.parameter_repeated | templates[0].body: the parameter a stands more than once"],
  );
});

test("a fragment, a blank in a URL and the body of a GET are told", () => {
  assert.deepEqual(warned({ url: "https://p.example/?a=1#top" }), [
    "template.url_fragment | templates[0].url: what follows # stays here: it is not part of a request",
  ]);
  assert.deepEqual(warned({ url: "https://p.example/?a=x y&m=(media source)" }), [
    "template.url_blank | templates[0].url: a blank in a URL goes out as %20",
  ]);
  assert.deepEqual(warned({ body: "{}" }), [
    "template.body_with_get | templates[0].body: many servers do not read the body of a GET; use POST",
  ]);
});

test("what looks like a macro and goes out as text in a body is told", () => {
  const body = '{"a":"{{foo}} (see below)","b":(idfa),"c":[1]}';
  assert.deepEqual(warned({ method: "POST", contentType: "application/json", body }), [
    "template.macro_as_text | templates[0].body: {{foo}} at character 7 is no macro and goes out as text",
    "template.macro_as_text | templates[0].body: (see below) at character 15 is no macro and goes out as text",
  ]);
});

test("a macro in round brackets that goes out as text in another dialect is told, and one that is nearly one", () => {
  const url =
    "https://p.example/?e={event_name}&g=(advertiserId)&x=(adveriserId)&n=(see.below)&d={campaign|default:'(event_name)'}";
  const text = "and goes out as text: carom writes macros otherwise";
  assert.deepEqual(warned({ dialect: "carom", url }), [
    `template.macro_as_text | templates[0].url: (advertiserId) at character 37 is a macro of appsflyer, ${text}`,
    `template.macro_as_text | templates[0].url: (adveriserId) at character 54 is nearly a macro of appsflyer (did you mean (advertiserId)?), ${text}`,
  ]);
  assert.deepEqual(warned({ dialect: "appsflyer", url: "https://p.example/?g=(advertiserId)" }), []);
});

test("a secret over plain http is told by its name", () => {
  const headers = [{ name: "authorization", value: "Bearer (secret.token)" }];
  assert.deepEqual(warned({ url: "http://p.example/?k=(secret.key)", headers }), [
    "template.secret_over_http | templates[0].url: secrets over plain http: key, token; use https",
  ]);
  assert.deepEqual(warned({ url: "https://p.example/?k=(secret.key)", headers }), []);
});

test("damage by HTML comes with the whole text as it was", () => {
  const proposals = (parts: TemplateParts) => warningsOf(parts).map(({ proposal }) => proposal);
  const url = "https://p.example/?e=(event-name)¤cy=(currency)&amp;a=1&quot;&#233;&#9999999;¶m=2";
  const repaired = "https://p.example/?e=(event-name)&currency=(currency)&a=1%22%C3%A9&#9999999;&param=2";
  assert.deepEqual([...new Set(proposals({ url }))], [repaired, undefined]);
  const form = { method: "POST", contentType: "application/x-www-form-urlencoded" } as const;
  assert.deepEqual(proposals({ ...form, body: "a=(event)&AMP;b=1" }), ["a=(event)&b=1"]);
});

test("what stands inside a macro is neither damage nor structure", () => {
  const url = "https://p.example/?a={event_name|default:'x&a=1#&amp; y'}&b={'¤cy=&amp;'}";
  assert.deepEqual(
    warningsOf({ dialect: "carom", url }).map(({ code }) => code),
    [],
  );
});
