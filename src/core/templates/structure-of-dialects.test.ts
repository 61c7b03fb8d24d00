import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { DialectName, MissingValuePolicy } from "#src/core/catalog/request-template.ts";
import { transforms } from "#src/core/transforms/transforms.ts";
import { requestOf, type TemplateParts } from "#test/support/a-template.ts";
import { anEventView, type ViewParts } from "#test/support/an-event-view.ts";
import { hostileText } from "#test/support/hostile-text.ts";

/** Macros of each dialect by what they read: two texts, and JSON that the app wrote. */
const written: Readonly<Record<Exclude<DialectName, "carom">, readonly [string, string, string]>> = {
  appsflyer: ["(customer_user_id)", "{device_id}", "$$sdk(event-value)"],
  leanplum: ["{{User ID}}", "{{Device ID}}", "{{Parameters}}"],
  adobe: ["{user.name}", "{%pushid%}", "{%all_json%}"],
};

const pipeline = fc
  .array(fc.constantFrom(...transforms.map(({ example }) => example.written)), { maxLength: 4 })
  // These come last.
  .map((all) =>
    [...all.filter((each) => each !== "raw" && !each.startsWith("hmac"))].map((each) => `|${each}`).join(""),
  );

const macros = fc.oneof(
  fc.constantFrom("appsflyer" as const, "leanplum" as const, "adobe" as const).map((dialect) => ({
    dialect,
    texts: written[dialect],
  })),
  fc.tuple(pipeline, fc.constantFrom("", "|hmac:key")).map(([steps, last]) => ({
    dialect: "carom" as const,
    texts: [`{customer_user_id${steps}${last}}`, `{event_value.a${steps}}`, `{extra.x${steps}${last}}`] as const,
  })),
);

const viewParts: fc.Arbitrary<ViewParts> = fc
  .record({ user: fc.option(hostileText), device: hostileText, key: hostileText, value: fc.option(fc.json()) })
  .map(({ user, device, key, value }) => ({
    fields: { ...(user === null ? {} : { customer_user_id: user }), device_id: device, push_token: device },
    value,
    valueMember: () => device,
    extra: () => user,
    context: (name) => (name === "user.name" ? user : device),
    contextKeys: () => [key, "user.name"],
    message: () => ({ id: "1", event: "Open", channel: "email", templateName: device, parametersText: value ?? "{}" }),
  }));

const policy = fc.constantFrom<MissingValuePolicy>({ kind: "empty" }, { kind: "literal", text: '"&=\r\n<\ud800' });

const holds = (check: (render: (parts: TemplateParts) => ReturnType<typeof requestOf>, m: readonly string[]) => void) =>
  fc.assert(
    fc.property(macros, viewParts, policy, ({ dialect, texts }, parts, onMissing) => {
      const view = anEventView(parts);
      check((template) => requestOf({ ...template, dialect, onMissing }, view), texts);
    }),
    { numRuns: 300 },
  );

/** Marks of secrets are filled in by the sender, encoded for their place. */
const unmarked = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: marks are control characters on purpose.
  text.replace(/\u0001[a-z]+:key:hex:[0-9a-f]*\u0002/g, "mark");

test("in every dialect: no value changes the host, the depth of the path or the parameters of a URL", () => {
  holds((render, [a, b, c]) => {
    // Some values make a path walk, which is a fault of its own: they stand beside an x.
    const url = new URL(
      unmarked(render({ url: `https://p.example:8443/x${a}x/b?one=${b}&two=x${c}y&three=${a}#f` }).url),
    );
    assert.equal(url.host, "p.example:8443");
    assert.equal(url.hash, "#f");
    assert.equal(url.pathname.split("/").length, 3);
    assert.deepEqual([...url.searchParams.keys()], ["one", "two", "three"]);
  });
});

test("in every dialect: no value changes the shape of a JSON body", () => {
  const contentType = "application/json";
  holds((render, [a, b, c]) => {
    const body = `{"s":"x${a}","o":{"t":"${b}${c}","l":["${a}",${b},1]},"v":${c}}`;
    const value = JSON.parse(unmarked(render({ method: "POST", contentType, body }).body ?? ""));
    assert.deepEqual(Object.keys(value), ["s", "o", "v"]);
    assert.deepEqual(Object.keys(value.o), ["t", "l"]);
    assert.equal(value.o.l.length, 3);
    assert.deepEqual([typeof value.s, typeof value.o.t, typeof value.o.l[0]], ["string", "string", "string"]);
  });
});

test("in every dialect: no value changes the parameters of a form, the elements of XML, or the headers", () => {
  holds((render, [a, b, c]) => {
    const form = render({
      method: "POST",
      headers: [
        { name: "x-a", value: `a=${a}; ${b}` },
        { name: "x-b", value: `${c}` },
      ],
      contentType: "application/x-www-form-urlencoded",
      body: `one=${a}&two=${b}${c}&three=x`,
    });
    assert.deepEqual([...new URLSearchParams(unmarked(form.body ?? "")).keys()], ["one", "two", "three"]);
    assert.equal(form.headers.length, 6);
    for (const text of form.headers) assert.match(unmarked(text), /^[\x20-\x7e]*$/);
    const xml = render({ method: "POST", contentType: "text/xml", body: `<a b='${a}' c="${b}">${c}<d/>${a}</a>` });
    assert.match(unmarked(xml.body ?? ""), /^<a b='[^<>']*' c="[^<>"]*">[^<>]*<d\/>[^<>]*<\/a>$/);
  });
});

test("a raw value cannot leave its parameter, its segment or its header", () => {
  fc.assert(
    fc.property(hostileText, (clickid) => {
      const request = requestOf(
        {
          dialect: "carom",
          method: "POST",
          url: "https://p.example/x{clickid|raw}/b?one={clickid|raw}&two=x",
          headers: [{ name: "x-a", value: "a {clickid|raw}" }],
          contentType: "application/x-www-form-urlencoded",
          body: "one={clickid|raw}&two=x",
        },
        anEventView({ fields: { clickid } }),
      );
      const url = new URL(request.url);
      assert.deepEqual([url.host, url.hash, url.pathname.split("/").length], ["p.example", "", 3]);
      assert.deepEqual([...url.searchParams.keys()], ["one", "two"]);
      assert.deepEqual([...new URLSearchParams(request.body ?? "").keys()], ["one", "two"]);
      assert.match(request.headers[1] ?? "", /^[\x20-\x7e]*$/);
    }),
  );
});

test("all context data as a query leaves the parameters around it, and adds one for each key", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(hostileText, hostileText), { maxLength: 4 }), (pairs) => {
      const data = new Map(pairs);
      const view = anEventView({ contextKeys: () => [...data.keys()], context: (key) => data.get(key) ?? null });
      const url = new URL(requestOf({ dialect: "adobe", url: "https://p.example/?a=1&{%all_url%}&z=2#f" }, view).url);
      assert.deepEqual([url.host, url.hash, url.pathname], ["p.example", "#f", "/"]);
      const names = [...url.searchParams.keys()];
      assert.deepEqual([names.at(0), names.at(-1), names.length], ["a", "z", 2 + data.size]);
    }),
  );
});
