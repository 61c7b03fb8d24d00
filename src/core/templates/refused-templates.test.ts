import assert from "node:assert/strict";
import { test } from "node:test";

import { dialects } from "#src/core/catalog/request-template.ts";
import { compiled, problemsOf, requestOf, type TemplateParts } from "#test/support/a-template.ts";

const refused = (parts: TemplateParts): readonly string[] => problemsOf(parts).map(({ code }) => code);

test("an unknown macro is refused with its place and what was likely meant", () => {
  assert.deepEqual(problemsOf({ url: "https://p.example/?id=(advertiser-idd)&x=(foo)" }), [
    {
      path: ["templates", 0, "url"],
      code: "template.macro_unknown",
      message: "templates[0].url: unknown macro (advertiser-idd) at character 23; did you mean (advertiserId)?",
    },
    {
      path: ["templates", 0, "url"],
      code: "template.macro_unknown",
      message: "templates[0].url: unknown macro (foo) at character 42",
    },
  ]);
});

test("unknown macros are refused in every text at once, each with its path", () => {
  const problems = problemsOf({
    method: "POST",
    url: "https://p.example/(foo)",
    headers: [
      { name: "x-a", value: "1" },
      { name: "x-b", value: "(foo)" },
    ],
    body: "(foo)",
  });
  assert.deepEqual(
    problems.map(({ path, code }) => [path.join("."), code]),
    [
      ["templates.0.url", "template.macro_unknown"],
      ["templates.0.headers.1.value", "template.macro_unknown"],
      ["templates.0.body", "template.macro_unknown"],
    ],
  );
  for (const contentType of ["application/json", "text/xml", "application/x-www-form-urlencoded", "text/plain"]) {
    assert.ok(refused({ method: "POST", contentType, body: "(foo)" }).includes("template.macro_unknown"), contentType);
  }
});

test("a URL is absolute, http or https", () => {
  for (const url of [
    "",
    "/path",
    "p.example/",
    "ftp://p.example/",
    "(param.url)/x",
    "//p.example",
    " https://p.example",
  ]) {
    assert.deepEqual(refused({ url, parameters: { url: "https://p.example" } }), ["template.url_not_absolute"], url);
  }
});

test("no value of an event and no secret chooses the host", () => {
  for (const url of [
    "https://(campaign)/",
    "https://(campaign).p.example/",
    "https://p.example(campaign)",
    "https://p.example:(campaign)/",
    "https://(campaign)@p.example/",
    "https://(secret.host)/",
  ]) {
    assert.ok(refused({ url }).includes("template.macro_in_host"), url);
  }
});

test("an integration's parameter in the host is checked when it is compiled", () => {
  const url = "https://(param.region).p.example:(param.port)/x";
  assert.equal(requestOf({ url, parameters: { region: "eu", port: "8443" } }).url, "https://eu.p.example:8443/x");
  for (const region of [
    "evil.example/",
    "evil.example?",
    "evil.example#",
    "a b",
    "evil\\",
    "%2e",
    "x@evil.example",
    "\n",
  ]) {
    assert.notDeepEqual(refused({ url, parameters: { region, port: "1" } }), [], region);
  }
  assert.deepEqual(refused({ url, parameters: { region: "eu", port: "99999" } }), ["template.host_invalid"]);
  assert.deepEqual(refused({ url, parameters: { region: "eu" } }), ["template.parameter_missing"]);
});

test("a URL with no host, an impossible host or a user is refused", () => {
  assert.deepEqual(refused({ url: "https:///x" }), ["template.host_invalid"]);
  assert.deepEqual(refused({ url: "https://1.2.3.999/" }), ["template.host_invalid"]);
  assert.deepEqual(refused({ url: "https://me:word@p.example/" }), ["template.url_userinfo"]);
});

test("line breaks, control characters, backslashes and dot segments are refused in a URL", () => {
  for (const url of ["https://p.example/\n", "https://p.example/\u0000", "https://p.example\\@evil.example/"]) {
    assert.ok(refused({ url }).includes("template.url_invalid"), JSON.stringify(url));
  }
  assert.deepEqual(refused({ url: "https://p.example/a/../b" }), ["template.url_invalid"]);
  assert.deepEqual(refused({ url: "https://p.example/a/%2E." }), ["template.url_invalid"]);
  assert.deepEqual(refused({ url: "https://p.example/(param.x)/", parameters: { x: ".." } }), ["template.url_invalid"]);
  assert.deepEqual(refused({ url: "https://p.example/?a=/../b#/../" }), []);
});

test("the control characters of secret marks are refused in static text", () => {
  assert.deepEqual(refused({ method: "POST", contentType: "text/plain", body: "\u0001url:key\u0002" }), [
    "template.control_character",
  ]);
});

test("a parameter that the integration lacks is refused by its name", () => {
  assert.deepEqual(problemsOf({ url: "https://p.example/?a=(param.account)" }), [
    {
      path: ["templates", 0, "url"],
      code: "template.parameter_missing",
      message:
        "templates[0].url: the integration has no parameter account for (param.account) at character 22; add it to its parameters",
    },
  ]);
  assert.deepEqual(refused({ url: "https://p.example/?a=(param.toString)" }), ["template.parameter_missing"]);
});

test("what is too long or too many is refused", () => {
  const url = `https://p.example/?a=${"x".repeat(2_048)}`;
  assert.deepEqual(refused({ url: url.slice(0, 2_049) }), ["template.url_too_long"]);
  assert.deepEqual(refused({ url: url.slice(0, 2_048) }), []);
  const body = (length: number) => ({ method: "POST", contentType: "text/plain", body: "é".repeat(length) }) as const;
  assert.deepEqual(refused(body(128 * 1_024 + 1)), ["template.body_too_long"]);
  assert.deepEqual(refused(body(128 * 1_024)), []);
  const headers = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `x-${index}`, value: "1" }));
  assert.deepEqual(refused({ headers: headers(33) }), ["template.headers_too_many"]);
  assert.deepEqual(refused({ headers: headers(32) }), []);
  assert.deepEqual(refused({ headers: [{ name: "x", value: "a".repeat(8_193) }] }), ["template.header_too_long"]);
});

test("a header has a name that is one, which is not the sender's, and visible ASCII text", () => {
  for (const name of ["", "a b", "x:", "é", "x\r\ny"]) {
    assert.deepEqual(refused({ headers: [{ name, value: "1" }] }), ["template.header_invalid"], name);
  }
  for (const name of ["Host", "content-length", "Transfer-Encoding", "Content-Type"]) {
    assert.deepEqual(refused({ headers: [{ name, value: "1" }] }), ["template.header_reserved"], name);
  }
  assert.deepEqual(refused({ headers: [{ name: "x", value: "a\r\nb" }] }), ["template.header_invalid"]);
  assert.deepEqual(refused({ method: "POST", body: "{}", contentType: "application/json\r\nx: y" }), [
    "template.header_invalid",
  ]);
});

test("a JSON body is JSON once its macros are filled", () => {
  for (const body of [
    '{"a":(idfa)x}',
    '{"a":"\\(idfa)"}',
    '{"a":"\\u00(idfa)41"}',
    "{(idfa):1}",
    '{"a":(idfa)(idfv)}',
    "{",
    "]",
  ]) {
    assert.deepEqual(
      refused({ method: "POST", contentType: "application/json", body }),
      ["template.body_not_json"],
      body,
    );
  }
});

test("a JSON body has at most 64 levels", () => {
  const nested = (depth: number) => `${'{"a":'.repeat(depth)}"(idfa)"${"}".repeat(depth)}`;
  assert.deepEqual(refused({ method: "POST", body: nested(64), onMissing: { kind: "drop_parameter" } }), []);
  assert.deepEqual(refused({ method: "POST", body: nested(65) }), ["template.body_too_deep"]);
  assert.deepEqual(refused({ method: "POST", body: nested(20_000) }), ["template.body_too_deep"]);
});

test("a value is never the name of a JSON member, nor a piece of XML markup", () => {
  assert.deepEqual(refused({ method: "POST", body: '{"a":{"x(event-name)":1}}' }), ["template.place_invalid"]);
  for (const body of [
    "<(event)/>",
    "<a (event)='1'/>",
    "<a b=(event)>",
    "<!-- (event) -->",
    "<![CDATA[(event)]]>",
    "<?x (event)?>",
  ]) {
    assert.deepEqual(
      refused({ method: "POST", contentType: "application/xml", body }),
      ["template.place_invalid"],
      body,
    );
  }
});

test("a macro in a body of unknown syntax is refused", () => {
  for (const contentType of ["text/csv", "multipart/form-data; boundary=x", "application/x-ndjson"]) {
    assert.deepEqual(refused({ method: "POST", contentType, body: "a,(idfa)" }), ["template.content_type_unsupported"]);
    assert.deepEqual(refused({ method: "POST", contentType, body: "a,b" }), []);
  }
});

test("a content type that is empty, or has no body, is refused", () => {
  assert.deepEqual(refused({ method: "POST", contentType: "", body: "a" }), ["template.header_invalid"]);
  assert.deepEqual(refused({ contentType: "application/json" }), ["template.content_type_unused"]);
});

test("of very many unknown macros the first are told, and no more is looked for", () => {
  const written = {
    appsflyer: (index: number) => `(m${index})`,
    carom: (index: number) => `{m${index}}`,
    leanplum: (index: number) => `{{m${index}}}`,
    adobe: (index: number) => `{%m${index}%}`,
  } as const;
  for (const dialect of dialects) {
    const body = Array.from({ length: 20_000 }, (_, index) => written[dialect](index)).join("");
    assert.equal(problemsOf({ dialect, method: "POST", contentType: "text/plain", body }).length, 100, dialect);
  }
  const keys = Array.from({ length: 10_000 }, (_, index) => `{user.k${index}}`).join("");
  const { warnings } = compiled({ dialect: "adobe", method: "POST", contentType: "text/plain", body: keys });
  assert.equal(warnings.length, 100);
});

test("a host beyond ASCII keeps a port that its scheme does not mean", () => {
  const urlOf = (url: string) => requestOf({ url }).url;
  assert.equal(urlOf("https://münchen.example:80/"), "https://xn--mnchen-3ya.example:80/");
  assert.equal(urlOf("http://münchen.example:443/"), "http://xn--mnchen-3ya.example:443/");
});
