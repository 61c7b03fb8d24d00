import assert from "node:assert/strict";
import { test } from "node:test";
import type { MissingValuePolicy } from "#src/core/catalog/request-template.ts";
import { compiled, rendered, requestOf } from "#test/support/a-template.ts";
import { anEventView } from "#test/support/an-event-view.ts";

const post = { method: "POST" } as const;
const json = { ...post, contentType: "application/json" };
const form = { ...post, contentType: "application/x-www-form-urlencoded" };

const dropping: MissingValuePolicy = { kind: "drop_parameter" };
const notAvailable: MissingValuePolicy = { kind: "literal", text: "N/A" };
const skipping: MissingValuePolicy = { kind: "skip" };

const view = anEventView({
  fields: { idfa: "ID-1", campaign: "a&b=c #1", wifi: "true" },
  monetary: "120.00",
  currency: "USD",
  value: '{"af_revenue":120.00,"big":12345678901234567890}',
});

test("values are encoded for their place in a URL and static text stays byte for byte", () => {
  const url = 'HTTPS://P.Example:8443/A%2fb/(campaign)/x?q=a+b&c=(campaign)&d={x"}&e=(idfa)-(idfa)#f';
  assert.equal(
    requestOf({ url }, view).url,
    'HTTPS://P.Example:8443/A%2fb/a%26b%3Dc%20%231/x?q=a+b&c=a%26b%3Dc%20%231&d={x"}&e=ID-1-ID-1#f',
  );
});

test("a host beyond ASCII goes out as its xn-- name", () => {
  assert.equal(requestOf({ url: "https://bücher.example/ü" }).url, "https://xn--bcher-kva.example/%C3%BC");
});

test("a value is never expanded again", () => {
  const nested = anEventView({ fields: { campaign: "(idfa){idfa}$$sdk(idfa)", idfa: "ID-1" } });
  const request = requestOf({ ...post, contentType: "text/plain", body: "(campaign)" }, nested);
  assert.equal(request.body, "(idfa){idfa}$$sdk(idfa)");
});

test("a JSON body takes a macro in quotes as a string and a bare one as its value", () => {
  const body =
    '{ "s": "x-(campaign)", "n": (monetary), "f": (wifi), "v": (event-value), "t": (currency), "a": ["(idfa)"] }';
  assert.equal(
    requestOf({ ...json, body }, view).body,
    '{ "s": "x-a&b=c #1", "n": 120.00, "f": true, "v": {"af_revenue":120.00,"big":12345678901234567890}, "t": "USD", "a": ["ID-1"] }',
  );
  const masked = anEventView({ value: "N/A", monetary: "N/A" });
  assert.equal(requestOf({ ...json, body: '{"v":(encode),"n":(monetary)}' }, masked).body, '{"v":"N/A","n":"N/A"}');
  assert.equal(
    requestOf({ ...json, body: '{"v":"(encode)"}' }, anEventView({ value: '{"a":1}' })).body,
    '{"v":"{\\"a\\":1}"}',
  );
  assert.equal(
    requestOf({ ...json, body: "(event-value)" }, view).body,
    '{"af_revenue":120.00,"big":12345678901234567890}',
  );
});

test("a form body is encoded like a query, XML and plain text in their own way", () => {
  assert.equal(requestOf({ ...form, body: "a=(campaign)&b=1" }, view).body, "a=a%26b%3Dc%20%231&b=1");
  const xml = { ...post, contentType: "application/soap+xml" };
  const tagged = anEventView({ fields: { campaign: '<"&>' } });
  assert.equal(
    requestOf({ ...xml, body: "<?xml version='1.0'?><!-- > --><a b=\"(c)\" d='(c)'>(c)<![CDATA[<]]></a>" }, tagged)
      .body,
    "<?xml version='1.0'?><!-- > --><a b=\"&#60;&#34;&#38;&#62;\" d='&#60;&#34;&#38;&#62;'>&#60;&#34;&#38;&#62;<![CDATA[<]]></a>",
  );
  assert.equal(
    requestOf({ ...post, contentType: "text/plain; charset=utf-8", body: "c=(c)" }, view).body,
    "c=a&b=c #1",
  );
});

test("a body without a content type is taken by its first character", () => {
  const typeOf = (body: string) => requestOf({ ...post, body }, view).headers;
  assert.deepEqual(typeOf(' {"a":(idfa)}'), ["content-type", "application/json"]);
  assert.deepEqual(typeOf("[1]"), ["content-type", "application/json"]);
  assert.deepEqual(typeOf("<a/>"), ["content-type", "application/xml"]);
  assert.deepEqual(typeOf("(event-value)"), ["content-type", "application/x-www-form-urlencoded"]);
  assert.deepEqual(typeOf(""), ["content-type", "application/x-www-form-urlencoded"]);
});

test("headers go out in their order, the content type last", () => {
  const headers = [
    { name: "X-Campaign", value: "c: (campaign)" },
    { name: "authorization", value: "Bearer (secret.key)" },
    { name: "x-fixed", value: "1" },
  ];
  assert.deepEqual(requestOf({ ...json, headers, body: "{}" }, view).headers, [
    ...["X-Campaign", "c: a&b=c #1"],
    ...["authorization", "Bearer \u0001header:key\u0002"],
    ...["x-fixed", "1"],
    ...["content-type", "application/json"],
  ]);
  const fixed = compiled({ headers: headers.slice(1) }).template;
  const [one, other] = [fixed.render(view), fixed.render(view)];
  assert.ok(one.kind === "request" && other.kind === "request");
  assert.equal(one.request.headers, other.request.headers, "headers without values are made once");
});

test("a secret leaves its mark for its place", () => {
  assert.equal(
    requestOf({ url: "https://p.example/(secret.a)?k=(secret.b)" }).url,
    "https://p.example/\u0001url:a\u0002?k=\u0001url:b\u0002",
  );
  assert.equal(
    requestOf({ ...json, body: '{"a":"x(secret.a)","b":(secret.b)}' }).body,
    '{"a":"x\u0001json:a\u0002","b":"\u0001json:b\u0002"}',
  );
  assert.equal(requestOf({ ...form, body: "k=(secret.a)" }).body, "k=\u0001form:a\u0002");
  assert.equal(requestOf({ ...post, contentType: "text/plain", body: "(secret.a)" }).body, "\u0001plain:a\u0002");
});

test("a parameter is encoded for its place like a value", () => {
  const parameters = { account: 'a&b "c"', count: "7" };
  assert.equal(
    requestOf({ url: "https://p.example/?a=(param.account)", parameters }).url,
    "https://p.example/?a=a%26b%20%22c%22",
  );
  const body = '{"a":"(param.account)","b":(param.account),"c":(param.count)}';
  assert.equal(requestOf({ ...json, body, parameters }).body, '{"a":"a&b \\"c\\"","b":"a&b \\"c\\"","c":7}');
});

test("empty: where a value is missing stands nothing, or null for a whole JSON value", () => {
  assert.equal(
    requestOf({ url: "https://p.example/(idfv)?a=(idfv)&b=(idfa)" }, view).url,
    "https://p.example/?a=&b=ID-1",
  );
  assert.equal(requestOf({ ...json, body: '{"a":"(idfv)","b":(idfv)}' }, view).body, '{"a":"","b":null}');
  assert.deepEqual(requestOf({ headers: [{ name: "x", value: "(idfv)" }] }, view).headers, ["x", ""]);
});

test("literal: its text stands there, encoded for the place", () => {
  assert.equal(
    requestOf({ url: "https://p.example/?a=(idfv)", onMissing: notAvailable }).url,
    "https://p.example/?a=N%2FA",
  );
  assert.equal(
    requestOf({ ...json, body: '{"a":"(idfv)","b":(idfv)}', onMissing: notAvailable }).body,
    '{"a":"N/A","b":"N/A"}',
  );
  const zero = { kind: "literal", text: "0" } as const;
  assert.equal(requestOf({ ...json, body: '{"b":(monetary)}', onMissing: zero }).body, '{"b":0}');
});

test("skip: the macro that has no value is told, wherever it stands", () => {
  const missing = { kind: "macro_missing", macro: "idfv" };
  assert.deepEqual(rendered({ url: "https://p.example/?a=(idfa)&b=(vendorId)", onMissing: skipping }, view), missing);
  assert.deepEqual(rendered({ headers: [{ name: "x", value: "(idfv)" }], onMissing: skipping }, view), missing);
  assert.deepEqual(rendered({ ...json, body: '{"a":"(idfv)"}', onMissing: skipping }, view), missing);
  assert.equal(rendered({ url: "https://p.example/?a=(idfa)", onMissing: skipping }, view).kind, "request");
});

test("drop_parameter: a query loses the whole parameter and its separators stay right", () => {
  const urlOf = (query: string) =>
    requestOf({ url: `https://p.example/x${query}`, onMissing: dropping }, view).url.slice(19);
  assert.equal(urlOf("?a=(idfv)&b=(idfa)&c=1"), "?b=ID-1&c=1");
  assert.equal(urlOf("?a=1&b=(idfv)&c=2"), "?a=1&c=2");
  assert.equal(urlOf("?a=(idfa)&b=(idfv)"), "?a=ID-1");
  assert.equal(urlOf("?a=(idfv)&b=(oaid)"), "");
  assert.equal(urlOf("?a=(idfv)#f"), "#f");
  assert.equal(urlOf("?a=(idfa)-(idfv)&b=1"), "?b=1");
  assert.equal(urlOf("?a=1&&b=2"), "?a=1&&b=2");
  assert.equal(urlOf("/(idfv)?(idfv)=1&c?d=(idfa)"), "/?c?d=ID-1");
});

test("drop_parameter: a form and a JSON object lose their members, nested ones too", () => {
  assert.equal(
    requestOf({ ...form, body: "a=(idfv)&b=(idfa)&c=1&d=2", onMissing: dropping }, view).body,
    "b=ID-1&c=1&d=2",
  );
  const dropped = (body: string) => requestOf({ ...json, body, onMissing: dropping }, view).body;
  assert.equal(dropped('{"a":(idfv),"b":"(idfa)","c":1,"d":[1,2]}'), '{"b":"ID-1","c":1,"d":[1,2]}');
  assert.equal(dropped('{"a":"(idfa)", "b": (idfv)}'), '{"a":"ID-1"}');
  assert.equal(dropped('{"a":"(idfv)"}'), "{}");
  assert.equal(dropped('{"o":{"x":"(idfv)","y":(monetary)},"p":{"z":(idfv)}}'), '{"o":{"y":120.00},"p":{}}');
  assert.equal(dropped('[{"a":"{,}\\"(idfv)","b":{}},"(idfv)",(idfv)]'), '[{"b":{}},"",null]');
  assert.equal(dropped('{"a":["(idfv)",(idfv)],"b":[{"c":(idfv)}]}'), '{"a":["",null],"b":[{}]}');
});

test("drop_parameter: a header goes with its value, and the rest of the request stays", () => {
  const headers = [
    { name: "x-a", value: "(idfv)" },
    { name: "x-b", value: "(idfa)" },
  ];
  assert.deepEqual(requestOf({ headers, onMissing: dropping }, view).headers, ["x-b", "ID-1"]);
  const plain = { ...post, contentType: "text/plain", body: "a(idfv)b", onMissing: dropping };
  assert.equal(requestOf(plain, view).body, "ab");
});

test("a request that grows beyond its limits is a fault that names the limit", () => {
  const long = (length: number) => anEventView({ fields: { idfa: "x".repeat(length) }, value: "é".repeat(length) });
  assert.equal(rendered({ url: "https://p.example/?a=(idfa)" }, long(8_192 - 21)).kind, "request");
  assert.deepEqual(rendered({ url: "https://p.example/?a=(idfa)" }, long(8_192 - 20)), {
    kind: "fault",
    message: "the URL has more than 8192 bytes",
  });
  assert.deepEqual(rendered({ headers: [{ name: "x-a", value: "(idfa)" }] }, long(8_193)), {
    kind: "fault",
    message: "the header x-a has more than 8192 bytes",
  });
  const body = { ...post, contentType: "text/plain", body: "(encode)" };
  assert.equal(rendered(body, long(128 * 1_024)).kind, "request");
  assert.deepEqual(rendered(body, long(128 * 1_024 + 1)), {
    kind: "fault",
    message: "the body has more than 262144 bytes",
  });
});

test("a value that would walk the path is a fault", () => {
  const walking = (idfa: string, url: string) =>
    rendered({ url }, anEventView({ fields: { idfa, campaign: idfa } })).kind;
  assert.equal(walking("..", "https://p.example/a/(idfa)/b"), "fault");
  assert.equal(walking(".", "https://p.example/a/(idfa)(campaign)"), "fault");
  assert.equal(walking("..", "https://p.example/a/(idfa)?x"), "fault");
  assert.equal(walking("..", "https://p.example/a/x(idfa)/b"), "request");
  assert.equal(walking("%2e", "https://p.example/a/(idfa)/b?x"), "request");
  assert.equal(walking("/..", "https://p.example/?a=(idfa)"), "request");
});

test("a compiled template tells its macros, each once", () => {
  const { template } = compiled({
    url: "https://p.example/(c)?a=(idfa)&b=(campaign)",
    headers: [{ name: "x", value: "(ip)" }],
  });
  assert.deepEqual(template.macros, ["campaign", "idfa", "ip"]);
});
