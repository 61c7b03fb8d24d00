import assert from "node:assert/strict";
import { test } from "node:test";
import { problemsOf, requestOf, type TemplateParts, warningsOf } from "#test/support/a-template.ts";
import { anEventView, type ViewParts } from "#test/support/an-event-view.ts";

const contextOf = (data: Readonly<Record<string, string>>): ViewParts => ({
  contextKeys: () => Object.keys(data),
  context: (key) => Object.entries(data).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1] ?? null,
});
const adobe = (parts: TemplateParts): TemplateParts => ({ dialect: "adobe", ...parts });

/** The vendor prints `&amp;`, and 4.6.0-iOS in one edition, 4.6.0-AN in the other: entity damage, and two phones. */
test("seed 000, the Adobe URL", () => {
  const url = "https://my.server.com/?user={user.name}&zip={user.zip}&c16={%sdkver%}&c27=cln,{a.PrevSessionLength}";
  for (const sdk of ["4.6.0-AN", "4.6.0-iOS"]) {
    const view = anEventView({
      ...contextOf({ "user.name": "bob", "user.zip": "90210" }),
      lifecycle: (key) => (key === "a.PrevSessionLength" ? "132" : null),
      fields: { sdk_version: sdk },
    });
    assert.equal(
      requestOf(adobe({ url }), view).url,
      `https://my.server.com/?user=bob&zip=90210&c16=${sdk}&c27=cln,132`,
    );
  }
});

test("every reserved token is filled, without regard to letter case", () => {
  const view = anEventView({
    fields: { sdk_version: "4.6.0-AN", idfa: "IDFA-1", push_token: "push-1", mcid: "38" },
  });
  const url = "https://p.example/?{%SDKver%}&{%adid%}&{%pushid%}&{%mcid%}&{%timestampU%}&{%timestampZ%}";
  assert.equal(
    requestOf(adobe({ url }), view).url,
    "https://p.example/?4.6.0-AN&IDFA-1&push-1&38&1451989230&2016-01-05T10%3A20%3A30.456Z",
  );
  const [, cachebust] = requestOf(adobe({ url: "https://p.example/?c={%cachebust%}" }), view).url.split("=");
  assert.ok(Number(cachebust) >= 1 && Number(cachebust) <= 100_000_000);
});

test("an unknown token is refused with the one likely meant, or with all of them", () => {
  const messages = problemsOf(adobe({ url: "https://p.example/?{%sdkvr%}&{%foo%}" })).map(({ message }) => message);
  assert.match(messages[0] ?? "", /unknown macro \{%sdkvr%\} at character 20; did you mean \{%sdkver%\}\?$/);
  assert.match(messages[1] ?? "", /unknown macro \{%foo%\} at character 30; there are \{%sdkver%\}, |there are /);
});

test("a key is context data, then the device's life, then what the registry has for it, then an undeclared member", () => {
  const view = anEventView({
    ...contextOf({ "A.osversion": "17.5", pageName: "checkout" }),
    lifecycle: (key) => (key.toLowerCase() === "a.launches" ? "7" : null),
    extra: (name) => (name === "level" ? "5" : null),
    fields: { carrier: "Vodafone", os_version: "16" },
  });
  const url = "https://p.example/?{a.OSVersion}&{pagename}&{a.launches}&{a.CarrierName}&{level}&{none}";
  assert.equal(requestOf(adobe({ url }), view).url, "https://p.example/?17.5&checkout&7&Vodafone&5&");
});

test("a key that is none of Adobe's own is a warning, with the one likely meant", () => {
  const warnings = warningsOf(adobe({ url: "https://p.example/?{a.OSVerson}&{user.name}&{a.OSVersion}" }));
  assert.deepEqual(
    warnings.map(({ code, message }) => `${code} | ${message}`),
    [
      "template.context_key_free | templates[0].url: {a.OSVerson} at character 20 is no key of Adobe's own: nothing stands there where the event's context data has none; did you mean {a.OSVersion}?",
      "template.context_key_free | templates[0].url: {user.name} at character 33 is no key of Adobe's own: nothing stands there where the event's context data has none",
    ],
  );
});

test("all other braces are text, and scanning goes on behind the opening one", () => {
  const view = anEventView({ fields: { sdk_version: "4.6.0" } });
  const bodyOf = (body: string) => requestOf(adobe({ method: "POST", body }), view).body;
  assert.equal(bodyOf("{sdkversion={%sdkver%}, {} {a b}}"), "{sdkversion=4.6.0, {} {a b}}");
});

test("values of a body are percent-encoded unless its content type is JSON", () => {
  const view = anEventView(contextOf({ "user.name": 'b"o b' }));
  const bodyOf = (body: string, contentType: string | null) =>
    requestOf(adobe({ method: "POST", body, contentType }), view);
  assert.equal(bodyOf('{"n":"{user.name}"}', "application/json; charset=utf-8").body, '{"n":"b\\"o b"}');
  for (const type of ["text/plain", "text/xml", "application/x-www-form-urlencoded", "text/csv"]) {
    assert.equal(bodyOf("n={user.name}", type).body, "n=b%22o%20b", type);
  }
  assert.deepEqual(bodyOf('{"n":"{user.name}"}', null), {
    method: "POST",
    url: "https://partner.example/",
    headers: ["content-type", "application/x-www-form-urlencoded"],
    body: '{"n":"b%22o%20b"}',
  });
});

test("all context data goes out as a query that is encoded already, or as JSON", () => {
  const data = contextOf({ "user.name": "b&b", "a=b": "#1" });
  const view = anEventView(data);
  assert.equal(
    requestOf(adobe({ url: "https://p.example/?x=1&{%all_url%}&y=2" }), view).url,
    "https://p.example/?x=1&user.name=b%26b&a%3Db=%231&y=2",
  );
  const form = { method: "POST", contentType: "application/x-www-form-urlencoded" } as const;
  assert.equal(requestOf(adobe({ ...form, body: "{%all_url%}" }), view).body, "user.name=b%26b&a%3Db=%231");
  const json = { method: "POST", contentType: "application/json", body: '{"all":{%all_json%}}' } as const;
  assert.equal(requestOf(adobe(json), view).body, '{"all":{"user.name":"b&b","a=b":"#1"}}');
  assert.equal(requestOf(adobe(json)).body, '{"all":null}');
  assert.equal(requestOf(adobe({ url: "https://p.example/?{%all_url%}" })).url, "https://p.example/?");
});

test("all context data as a query is refused where it could break out", () => {
  for (const parts of [
    { url: "https://p.example/{%all_url%}" },
    { method: "POST", contentType: "application/json", body: '{"a":"{%all_url%}"}' },
    { method: "POST", contentType: "text/xml", body: "<a>{%all_url%}</a>" },
  ] as const) {
    const [problem] = problemsOf(adobe(parts));
    assert.equal(problem?.code, "template.place_invalid");
    assert.match(problem?.message ?? "", /it stands in a query or form$/);
  }
});
