import assert from "node:assert/strict";
import { test } from "node:test";
import { problemsOf, requestOf, type TemplateParts } from "#test/support/a-template.ts";
import { anEventView } from "#test/support/an-event-view.ts";

const view = anEventView({
  fields: { advertising_id: "cdda802e", campaign: "Summer Sale", idfa: "N/A" },
  value: '{"level":5}',
  valueMember: (path) => (path === "level" ? "5" : null),
  context: (key) => (key === "a.OSVersion" ? "17.5" : null),
  lifecycle: (key) => (key === "a.Launches" ? "7" : null),
  extra: (name) => (name === "plan" ? "gold" : null),
  monetary: "120.005",
});

const carom = (parts: TemplateParts): TemplateParts => ({ dialect: "carom", ...parts });
const urlOf = (query: string, parts: TemplateParts = {}): string =>
  requestOf(carom({ url: `https://p.example/?${query}`, ...parts }), view).url.slice("https://p.example/?".length);
const problemsIn = (query: string): readonly string[] =>
  problemsOf(carom({ url: `https://p.example/?${query}` })).map(
    ({ code, message }) => `${code.replace("template.", "")} | ${message.replace("templates[0].url: ", "")}`,
  );

test("macros, members and references are read by their exact names", () => {
  assert.equal(urlOf("e={event_name}&l={event_value.level}&o={context.a.OSVersion}"), "e=af_purchase&l=5&o=17.5");
  assert.equal(urlOf("n={context.a.Launches}&x={extra.plan}&m={event_value.none}"), "n=7&x=gold&m=");
  assert.equal(urlOf("a={param.a}&s={secret.s}", { parameters: { a: "b c" } }), "a=b%20c&s=\u0001url:s\u0002");
});

test("transforms run from left to right", () => {
  assert.equal(urlOf("i={advertising_id|upper|sha1}"), "i=e38e4bc206de199d3fa50c368517bcbb44f8e7a3");
  assert.equal(urlOf("m={monetary|round:2}&l={event_value.none|default:0}"), "m=120.01&l=0");
  assert.equal(urlOf("t={event_time|date:'HH:mm'}&u={event_time|unix_s}"), "t=10%3A20&u=1451989230");
  assert.equal(urlOf("c={campaign|lower|map:'summer sale'=s|default:'|}'}"), "c=s");
});

test("a masked value shows that it is masked, whatever the transforms", () => {
  assert.equal(urlOf("i={idfa|sha256}&d={idfa|default:0}&h={idfa|hmac:key}"), "i=N%2FA&d=N%2FA&h=N%2FA");
});

test("a keyed hash leaves a mark with its value, for the sender to work out", () => {
  assert.equal(urlOf("h={advertising_id|hmac:key}"), "h=\u0001url:key:hex:6364646138303265\u0002");
  const body = '{"a":"{advertising_id|hmac:key:base64}","b":{advertising_id|hmac:key}}';
  assert.equal(
    requestOf(carom({ method: "POST", body }), view).body,
    '{"a":"\u0001json:key:base64:6364646138303265\u0002","b":"\u0001json:key:hex:6364646138303265\u0002"}',
  );
});

test("braces of JSON need no escape, and a macro stands in them in quotes or bare", () => {
  const body = '{"a":{},"b":{ "c":[{"d":{event_value}}]},"e":"{event_name}-{}","f":{event_value.level},"g":{"h":{}}}';
  assert.equal(
    requestOf(carom({ method: "POST", body }), view).body,
    '{"a":{},"b":{ "c":[{"d":{"level":5}}]},"e":"af_purchase-{}","f":5,"g":{"h":{}}}',
  );
});

test("braces around a word that must be text are written in quotes", () => {
  const plain = { method: "POST", contentType: "text/plain" } as const;
  const bodyOf = (body: string): string | null => requestOf(carom({ ...plain, body }), view).body;
  assert.equal(bodyOf("{'{'}event_name} {'{event_name}'} {'it''s'}"), "{event_name} {event_name} it's");
  assert.equal(bodyOf("{'a' : 1} {'open"), "{'a' : 1} {'open");
  assert.equal(bodyOf("{} {1} { event_name } {event_name"), "{} {1} { event_name } {event_name");
});

test("an unknown macro is refused wherever it stands, with the one that was likely meant", () => {
  assert.deepEqual(problemsIn("a={event-nam}&b={foo}"), [
    "macro_unknown | unknown macro {event-nam} at character 22; did you mean {event_name}?",
    "macro_unknown | unknown macro {foo} at character 36",
  ]);
  assert.deepEqual(problemsIn("a={eventvalue.level}&b={context.}"), [
    "macro_unknown | unknown macro {eventvalue.level} at character 22; did you mean {event_value.level}?",
    "macro_unknown | unknown macro {context.} at character 43; did you mean {context.x}?",
  ]);
  const inBody = problemsOf(carom({ method: "POST", contentType: "text/plain", body: "{foo}" }));
  assert.deepEqual(
    inBody.map(({ code }) => code),
    ["template.macro_unknown"],
  );
});

test("two braces are told apart from one", () => {
  assert.deepEqual(problemsIn("a={{event_name}}"), [
    "macro_unknown | unknown macro {{event_name}} at character 22; in this dialect a macro has one brace: write {event_name}",
  ]);
});

test("a wrong transform is refused with its place and the fix", () => {
  assert.deepEqual(problemsIn("a={event_name|uper}&b={monetary|round:x}"), [
    "transform_unknown | unknown transform |uper; did you mean |upper? (at character 33, in {event_name|uper})",
    "transform_invalid | round takes decimals from 0 to 9, such as round:2 (at character 51, in {monetary|round:x})",
  ]);
  assert.deepEqual(problemsIn("a={event_name|default:'x}"), [
    "transform_invalid | the macro at character 22 cannot be read: at character 41 the quote ' is not closed",
  ]);
  assert.deepEqual(problemsIn("a={secret.key|upper}&b={param.x|upper}"), [
    "transform_invalid | a secret takes no transforms: {secret.key|upper} at character 22; give it as it should go out",
    "transform_invalid | a parameter takes no transforms: {param.x|upper} at character 43; give it as it should go out",
  ]);
});

test("raw keeps what is encoded already, and cannot leave its parameter or segment", () => {
  const kept = anEventView({ fields: { clickid: "a%2Fb&c=d#e/%zz+é", campaign: "x/y" } });
  const url = requestOf(carom({ url: "https://p.example/{clickid|raw}?c={clickid|raw}" }), kept).url;
  assert.equal(url, "https://p.example/a%2Fb%26c%3Dd%23e%2F%25zz+%C3%A9?c=a%2Fb%26c%3Dd%23e/%25zz+%C3%A9");
  const form = { method: "POST", contentType: "application/x-www-form-urlencoded", body: "c={clickid|raw}" } as const;
  assert.equal(requestOf(carom(form), kept).body, "c=a%2Fb%26c%3Dd%23e/%25zz+%C3%A9");
});

test("raw is refused where it could break out, with the fix", () => {
  for (const body of ['{"a":"{clickid|raw}"}', '{"a":{clickid|raw}}', "<a>{clickid|raw}</a>"]) {
    const [problem, ...others] = problemsOf(carom({ method: "POST", body }));
    assert.deepEqual(others, []);
    assert.equal(problem?.code, "template.place_invalid");
    assert.match(problem?.message ?? "", /could break out .* take it out/);
  }
});
