import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { namesElsewhere } from "#src/core/macros/names-elsewhere.ts";
import { macros } from "#src/core/macros/registry.ts";
import { problemsOf, rendered, type TemplateParts } from "#test/support/a-template.ts";
import { anEventView } from "#test/support/an-event-view.ts";
import { translateNotation } from "./translate-notation.ts";

const linesOf = (name: string): readonly Record<string, string>[] =>
  readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
const corpus = linesOf("partner-templates.jsonl");
/** What each line of the corpus is read as: its dialect and, where it was translated or repaired, its text; or the refusal. */
const readings = linesOf("partner-templates-read.jsonl");

test("every real template is read as it stands, translated, or refused with its reason", () => {
  assert.equal(corpus.length, 80);
  for (const [index, { partner = "", kind = "", template = "" }] of corpus.entries()) {
    const proposal = translateNotation(template);
    const read =
      proposal.kind === "refused"
        ? { partner, kind, refused: proposal.reason }
        : { partner, kind, dialect: proposal.dialect, ...(proposal.changes.length > 0 ? { text: proposal.text } : {}) };
    assert.deepEqual(read, readings[index]);
    if (proposal.kind === "proposed" && proposal.changes.length === 0) assert.equal(proposal.text, template);
  }
});

/** A URL as it is, a fragment behind one, a JSON text as a body. */
const partsOf = (text: string): TemplateParts => {
  if (text.startsWith("{ ")) return { method: "POST", contentType: "application/json", body: text };
  return { url: /^https?:/.test(text) ? text : `https://partner.example/?x=1&${text.replace(/^&/, "")}` };
};

test("every real template that is not refused compiles and renders, and nothing of a macro is left in it", () => {
  let refused = 0;
  for (const { kind = "", template = "" } of corpus) {
    const proposal = translateNotation(template);
    if (proposal.kind === "refused") {
      refused++;
      continue;
    }
    const named = [...proposal.text.matchAll(/\{param\.([a-z0-9_.-]+)\}/g)].map(([, name = ""]) => [name, "fill-1"]);
    const parts: TemplateParts = {
      ...partsOf(proposal.text),
      dialect: proposal.dialect,
      eventKind: /event|s2s|reward/.test(kind) ? "in_app_event" : "install",
      parameters: Object.fromEntries(named),
    };
    assert.deepEqual(problemsOf(parts), [], proposal.text);
    const outcome = rendered(parts, anEventView({ type: "install", fields: { campaign: "{x}(y)" } }));
    assert.ok(outcome.kind === "request", kind);
    assert.doesNotMatch(outcome.request.url, /[(){}[\]<>#¤¶]|&amp;|\bYOUR_[A-Z]+_[A-Z]+=|__/, outcome.request.url);
    if (outcome.request.body !== null) JSON.parse(outcome.request.body);
  }
  assert.equal(refused, 2);
});

const translated = (text: string): string => {
  const proposal = translateNotation(text);
  return proposal.kind === "refused" ? proposal.reason : `${proposal.dialect} ${proposal.text}`;
};

test("each notation of elsewhere is read", () => {
  const tokens = ["__CLICKID__", "[CLICKID]", "#clickid#", "#{clickid}", `\${clickid}`, `\${(user.clickid)!}`];
  for (const token of [
    ...tokens,
    "{{click_id}}",
    "{{click.id}}",
    "[[click_id]]",
    "<<click_id>>",
    "{cl?clickId}",
    "{~click_id}",
    "{%%clickid%%}",
    "CLICK_ID",
  ]) {
    assert.equal(translated(`https://p.example/?a=${token}`), "carom https://p.example/?a={clickid}", token);
  }
  assert.equal(translated("https://p.example/?key=REPLACE"), "carom https://p.example/?key={secret.p_key}");
  assert.equal(translated("https://p.example/REPLACE/x"), "carom https://p.example/{param.account_id}/x");
  assert.equal(translated("https://{host}/?a={event_name|upper}"), "carom https://{param.host}/?a={event_name|upper}");
  assert.equal(
    translated("https://{param.h}/?k=[CID]&s={secret.k}"),
    "carom https://{param.h}/?k={clickid}&s={secret.k}",
  );
  assert.equal(translated("<a><b>{click_id}</b></a>"), "carom <a><b>{clickid}</b></a>");
  assert.equal(translated('{"a":{},"b":[true],"c":{event_value}}'), 'carom {"a":{},"b":[true],"c":{event_value}}');
});

test("a credential is a secret of whose host it is for, and never a parameter or a member of the event", () => {
  for (const [written, read] of [
    ["https://pb.my-net.com/?key=YOUR_API_KEY", "https://pb.my-net.com/?key={secret.my_net_api_key}"],
    ["https://pb.net.co.uk/?token=REPLACE&id=REPLACE", "https://pb.net.co.uk/?token={secret.net_token}&id={param.id}"],
    ["https://localhost/?t={{security_token}}", "https://localhost/?t={secret.security_token}"],
    ["https://{host}/p/[API_KEY]?k=[CLICK_ID]", "https://{param.host}/p/{secret.api_key}?k={clickid}"],
    ["https://a.b/?token={token}&hash={hash}", "https://a.b/?token={event_value.token}&hash={event_value.hash}"],
  ])
    assert.equal(translated(written ?? ""), `carom ${read}`);
});

test("a token or a hash is a credential by what stands before it", () => {
  for (const [name, read] of [
    ["api_token", "secret.net_api_token"],
    ["access_token", "secret.net_access_token"],
    ["auth_token", "secret.net_auth_token"],
    ["bearer_token", "secret.net_bearer_token"],
    ["security_hash", "secret.net_security_hash"],
    ["partner_token", "secret.net_partner_token"],
    ["token", "secret.net_token"],
    ["client_secret", "secret.net_client_secret"],
    ["apikey", "secret.net_apikey"],
    ["app_key", "secret.net_app_key"],
    ["order_key", "event_value.order_key"],
    ["idempotency_key", "event_value.idempotency_key"],
    ["app_token", "param.app_token"],
    ["push_token", "push_token"],
    ["device_token", "event_value.device_token"],
    ["click_token", "event_value.click_token"],
    ["email_hash", "event_value.email_hash"],
    ["gaid_hash", "event_value.gaid_hash"],
    ["idfa_md5_hash", "event_value.idfa_md5_hash"],
  ])
    for (const written of [`<${name}>`, `YOUR_${name?.toUpperCase()}`])
      assert.equal(translated(`https://net.example/?x=${written}`), `carom https://net.example/?x={${read}}`, written);
});

test("a name that products mean different values by is likely, not known", () => {
  const whyOf = (text: string) => {
    const proposal = translateNotation(`https://p.example/?x=${text}`);
    return proposal.kind === "refused" ? [] : proposal.changes.map(({ why, to }) => `${why} ${to}`);
  };
  for (const [written, read] of [
    ["{click_id}", "known {clickid}"],
    ["{gaid}", "known {advertising_id}"],
    ["{adid}", "likely {device_id}"],
    ["{label}", "likely {partner_event_id}"],
    ["{event_token}", "likely {partner_event_id}"],
    ["[timestamp]", "likely {event_time}"],
    ["{unix_timestamp}", "known {event_unix_ts}"],
    ["{unix_time}", "known {event_unix_ts}"],
    ["[unixtime]", "known {event_unix_ts}"],
  ])
    assert.deepEqual(whyOf(written ?? ""), [read], written ?? "");
});

test("a dialect of ours is known by its marks", () => {
  assert.equal(translated("https://p.example/?a=(idfa)&b={x}"), "carom https://p.example/?a=(idfa)&b={event_value.x}");
  assert.equal(translated("https://p.example/?a=$$sdk(idfa)"), "appsflyer https://p.example/?a=$$sdk(idfa)");
  assert.equal(translated("https://p.example/?a={{User ID}}"), "leanplum https://p.example/?a={{User ID}}");
  assert.equal(translated("https://p.example/?a={a.OSVersion}"), "adobe https://p.example/?a={a.OSVersion}");
  assert.equal(translated("https://p.example/?a={click.id}"), "carom https://p.example/?a={clickid}");
  assert.equal(translated("https://p.example/?a={user.name}"), "adobe https://p.example/?a={user.name}");
  assert.equal(
    translated("https://p.example/?a={click.id}&b={%adid%}"),
    "adobe https://p.example/?a={click.id}&b={%adid%}",
  );
  assert.equal(translated("https://p.example/?a={event_value.a}"), "carom https://p.example/?a={event_value.a}");
});

test("a name that is longer than one may be keeps what tells it from others", () => {
  const [label, long] = ["n".repeat(60), "k".repeat(70)];
  for (const [written, read] of [
    [`https://${label}.example/?a=<api_key>`, `https://${label}.example/?a={secret.api_key}`],
    [`https://net.example/?a=<${long}_secret>`, `https://net.example/?a={secret.${"k".repeat(57)}_secret}`],
    [`https://net.example/?a=<${long}>`, `https://net.example/?a={param.${"k".repeat(64)}}`],
  ])
    assert.equal(translated(written ?? ""), `carom ${read}`);
});

test("a text with more placeholders than any template has is refused, and one without any is not", () => {
  const body = (unit: string) => `{"items": [${unit.repeat(200_000 / unit.length)}]}`;
  for (const unit of ["{{value}}, ", "#a", "{click.id}", "[click id] "])
    assert.equal(translated(body(unit)), "too_many");
  assert.match(translated(body('{"a": [1]}, ')), /^carom /);
});

test("a place without a name and a whole query are refused with their place", () => {
  for (const [text, reason, message] of [
    ["https://p.example/?a={}", "name_lost", "{} at character 22 has no name: write which value belongs there"],
    ["https://p.example/?a={{}}", "name_lost", "{{}} at character 22 has no name: write which value belongs there"],
    [
      `https://p.example/?a=1&\${query}`,
      "query_lost",
      `\${query} at character 24 stands for a whole query: write its parameters`,
    ],
  ]) {
    assert.deepEqual(translateNotation(text ?? ""), { kind: "refused", reason, message });
  }
});

test("what is changed is told in its order, with the reason", () => {
  const proposal = translateNotation("https://<domain>/?a={click_id}&amp;b={offer}");
  assert.ok(proposal.kind === "proposed");
  assert.deepEqual(
    proposal.changes.map(({ from, to, why }) => `${why} ${from} ${to}`),
    [
      "repaired https://<domain>/?a={click_id}&amp;b={offer} https://<domain>/?a={click_id}&b={offer}",
      "parameter <domain> {param.domain}",
      "known {click_id} {clickid}",
      "guessed {offer} {event_value.offer}",
    ],
  );
});

test("names of elsewhere belong to macros of the registry, each to one", () => {
  const known = new Set(macros.map(({ name }) => name));
  const all = Object.entries(namesElsewhere);
  for (const [name] of all) assert.ok(known.has(name), name);
  const names = all.flatMap(([, others]) => others);
  assert.deepEqual(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  );
});

test("any text is proposed or refused, and what is proposed is read without an unknown macro or told by the lint", () => {
  const fragment = fc.constantFrom(
    "{",
    "}",
    "{{",
    "(",
    ")",
    "[",
    "]",
    "#",
    "$",
    "__",
    "<",
    ">",
    "%",
    "&",
    "=",
    "A_B",
    "x",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(fragment, fc.string({ maxLength: 3 })), { maxLength: 15 }), (all) => {
      const proposal = translateNotation(all.join(""));
      assert.ok(proposal.kind === "refused" ? proposal.message !== "" : typeof proposal.text === "string");
    }),
  );
});
