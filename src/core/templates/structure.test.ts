import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { templateKinds } from "#src/core/catalog/catalog.ts";
import type { MissingValuePolicy } from "#src/core/catalog/request-template.ts";
import { eventFields } from "#src/core/events/event-fields.ts";
import { compiled, requestOf } from "#test/support/a-template.ts";
import { anEventView } from "#test/support/an-event-view.ts";
import { hostileText } from "#test/support/hostile-text.ts";

const viewParts = fc.record({
  fields: fc.record({ idfa: hostileText, campaign: hostileText, city: hostileText }),
  value: fc.option(fc.oneof(hostileText, fc.json())),
  monetary: fc.option(hostileText),
  eventName: hostileText,
});

const policy: fc.Arbitrary<MissingValuePolicy> = fc.constantFrom<MissingValuePolicy>(
  { kind: "empty" },
  { kind: "literal", text: '"&=\r\n<\ud800' },
);

test("no value changes the host, the path's depth or the parameters of a URL", () => {
  const url =
    "https://p.example:8443/a/x(campaign)/b?one=(idfa)&two=x(city)y&three=(encode)&four=(monetary)&five=(oaid)";
  fc.assert(
    fc.property(viewParts, policy, (parts, onMissing) => {
      const request = new URL(requestOf({ url, onMissing }, anEventView(parts)).url);
      assert.equal(request.host, "p.example:8443");
      assert.equal(request.hash, "");
      assert.equal(request.pathname.split("/").length, 4);
      assert.deepEqual([...request.searchParams.keys()], ["one", "two", "three", "four", "five"]);
    }),
  );
});

test("a parameter that has a value stays when others are dropped, in its order", () => {
  const url = "https://p.example/?a=(idfa)&b=(oaid)&c=(monetary)&d=(event)&e=(encode)";
  fc.assert(
    fc.property(viewParts, (parts) => {
      const request = new URL(requestOf({ url, onMissing: { kind: "drop_parameter" } }, anEventView(parts)).url);
      const present = { a: true, b: false, c: parts.monetary !== null, d: true, e: parts.value !== null };
      assert.deepEqual(
        [...request.searchParams.keys()],
        Object.entries(present).flatMap(([name, stays]) => (stays ? [name] : [])),
      );
    }),
  );
});

test("no value changes the shape of a JSON body", () => {
  const body =
    '{"s":"x(idfa)","o":{"t":"(campaign)","list":["(city)",(city),1]},"n":(monetary),"v":(encode),"m":(oaid)}';
  fc.assert(
    fc.property(viewParts, policy, (parts, onMissing) => {
      const request = requestOf(
        { method: "POST", contentType: "application/json", body, onMissing },
        anEventView(parts),
      );
      const value = JSON.parse(request.body ?? "");
      assert.deepEqual(Object.keys(value), ["s", "o", "n", "v", "m"]);
      assert.deepEqual(Object.keys(value.o), ["t", "list"]);
      assert.equal(value.o.list.length, 3);
      assert.deepEqual(
        [typeof value.s, typeof value.o.t, ...value.o.list.map((item: unknown) => typeof item)],
        [...["string", "string", "string", "string", "number"]],
      );
    }),
  );
});

test("a JSON body stays JSON when members are dropped", () => {
  const body = '{"s":"x(idfa)", "o":{"t":"(oaid)","u":(encode)}, "n":(monetary),"m":(oaid)}';
  const onMissing = { kind: "drop_parameter" } as const;
  fc.assert(
    fc.property(viewParts, (parts) => {
      const request = requestOf(
        { method: "POST", contentType: "application/json", body, onMissing },
        anEventView(parts),
      );
      const value = JSON.parse(request.body ?? "");
      assert.deepEqual(Object.keys(value), parts.monetary === null ? ["s", "o"] : ["s", "o", "n"]);
      assert.deepEqual(Object.keys(value.o), parts.value === null ? [] : ["u"]);
    }),
  );
});

test("a value beside other text of a header ends no part of it; alone it is the header as it came", () => {
  const headers = [
    { name: "x-part", value: 'id="(idfa)"; name=(campaign), z=1' },
    { name: "x-whole", value: "(campaign)" },
  ];
  const value = 'a;b,c"d\\e f';
  const view = anEventView({ fields: { idfa: value, campaign: value } });
  const encoded = "a%3Bb%2Cc%22d%5Ce f";
  assert.deepEqual(requestOf({ headers }, view).headers, [
    ...["x-part", `id="${encoded}"; name=${encoded}, z=1`],
    ...["x-whole", value],
  ]);
});

test("no value changes the parameters of a form, or the number and lines of headers", () => {
  const headers = [
    { name: "x-a", value: "a=(idfa); (campaign)" },
    { name: "x-b", value: "(city)" },
  ];
  const body = "one=(idfa)&two=(encode)&three=x(campaign)";
  const contentType = "application/x-www-form-urlencoded";
  fc.assert(
    fc.property(viewParts, policy, (parts, onMissing) => {
      const request = requestOf({ method: "POST", headers, body, contentType, onMissing }, anEventView(parts));
      assert.deepEqual([...new URLSearchParams(request.body ?? "").keys()], ["one", "two", "three"]);
      assert.deepEqual(
        request.headers.filter((_, index) => index % 2 === 0),
        ["x-a", "x-b", "content-type"],
      );
      for (const text of request.headers) assert.match(text, /^[\x20-\x7e]*$/);
    }),
  );
});

test("no value changes the elements of an XML body", () => {
  const body = "<a b='(idfa)' c=\"(city)\">(campaign)<d/>(encode)</a>";
  fc.assert(
    fc.property(viewParts, policy, (parts, onMissing) => {
      const request = requestOf({ method: "POST", contentType: "text/xml", body, onMissing }, anEventView(parts));
      assert.match(request.body ?? "", /^<a b='[^<>']*' c="[^<>"]*">[^<>]*<d\/>[^<>]*<\/a>$/);
    }),
  );
});

test("no template of any kind throws while it renders, whatever the event says", () => {
  const fields = Object.keys(eventFields);
  const url = `https://p.example/x?${["encode", "random-str", "install-unix-ts", ...fields].map((name, index) => `p${index}=(${name})`).join("&")}`;
  const templates = templateKinds.map((eventKind) => compiled({ eventKind, url }).template);
  fc.assert(
    fc.property(hostileText, fc.double(), (text, number) => {
      const every = Object.fromEntries(fields.map((field) => [field, text]));
      const view = anEventView({ fields: every, value: text, monetary: text, currency: text, installedAt: number });
      for (const template of templates) assert.doesNotThrow(() => template.render(view));
    }),
  );
});
