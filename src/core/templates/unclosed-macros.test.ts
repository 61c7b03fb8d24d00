import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type DialectName, dialects } from "#src/core/catalog/request-template.ts";
import { dialectNamed } from "#src/core/dialects/built-dialects.ts";
import type { KnownPiece } from "#src/core/dialects/dialect.ts";
import { type TemplateParts, warningsOf } from "#test/support/a-template.ts";
import { unclosedMacros } from "./unclosed-macros.ts";

const found = (dialect: DialectName, text: string): readonly string[] => {
  const pieces = dialectNamed(dialect).read(text, "url");
  return unclosedMacros(dialect, pieces.filter(isKnown)).map(({ at, written, closed }) => {
    assert.equal(text.slice(at, at + written.length), written);
    return `${written} > ${closed}`;
  });
};
const isKnown = (piece: { readonly kind: string }): piece is KnownPiece =>
  piece.kind !== "unknown" && piece.kind !== "mistaken";

test("a known macro that is opened and not closed is told in every dialect, with the closed one", () => {
  const cases: readonly (readonly [DialectName, string, string])[] = [
    ["carom", "h={idfa&x=1", "{idfa > {idfa}"],
    ["carom", "x=1&h={idfa", "{idfa > {idfa}"],
    ["carom", "h={idfa{clickid}", "{idfa > {idfa}"],
    ["carom", "h={event_value.level&x={ip}", "{event_value.level > {event_value.level}"],
    ["carom", "k={secret.key&x=1", "{secret.key > {secret.key}"],
    ["carom", '{"a": "{idfa", "b": 1}', "{idfa > {idfa}"],
    ["appsflyer", "h=(IDFA&x=1", "(IDFA > (IDFA)"],
    ["appsflyer", "h=(idfa&x=(event-name)", "(idfa > (idfa)"],
    ["appsflyer", "h=$$sdk(idfa&x=1", "$$sdk(idfa > $$sdk(idfa)"],
    ["appsflyer", "h=$$sdk(idfa", "$$sdk(idfa > $$sdk(idfa)"],
    ["appsflyer", "h=(media source&x=1", "(media source > (media source)"],
    ["appsflyer", "h={idfa&x=1", "{idfa > {idfa}"],
    ["leanplum", "h={{Message ID&x=1", "{{Message ID > {{Message ID}}"],
    ["leanplum", "h={{Message ID}&x=1", "{{Message ID > {{Message ID}}"],
    ["adobe", "h={%sdkver%&x=1", "{%sdkver > {%sdkver%}"],
    ["adobe", "h={%sdkver", "{%sdkver > {%sdkver%}"],
    ["adobe", "h={a.OSVersion&x=1", "{a.OSVersion > {a.OSVersion}"],
  ];
  for (const [dialect, text, told] of cases) assert.deepEqual(found(dialect, text), [told], `${dialect} ${text}`);
});

test("what is closed, is no macro, or is meant as text is not told", () => {
  for (const dialect of dialects)
    for (const text of ["h={idfa}&x=1", "h=(idfa)", "h={{Message ID}}", "h={%sdkver%}", "h={nothing&x=1", "h=(nothing"])
      assert.deepEqual(found(dialect, text), [], `${dialect} ${text}`);
  assert.deepEqual(found("carom", "h={'{idfa'}&x=1"), []);
  assert.deepEqual(found("carom", "{revenue: 1, ip: 2}"), []);
  assert.deepEqual(found("appsflyer", "paid (revenue, in USD) now"), []);
});

test("no template that is in use elsewhere is said to have one", () => {
  const lines = readFileSync(new URL("../fixtures/partner-templates.jsonl", import.meta.url), "utf8")
    .trim()
    .split("\n");
  assert.ok(lines.length > 50);
  const told = lines.flatMap((line) => {
    const { template } = JSON.parse(line);
    return dialects.flatMap((dialect) => found(dialect, template).map((one) => `${dialect} ${one} in ${template}`));
  });
  assert.deepEqual(told, []);
});

test("it is a warning with its place, in the URL, in headers and in bodies", () => {
  const warned = (parts: TemplateParts) =>
    warningsOf({ dialect: "carom", ...parts })
      .filter(({ code }) => code === "template.macro_unclosed")
      .map(({ message }) => message);
  const text = "is not closed, and goes out as text: write {idfa}";
  assert.deepEqual(warned({ url: "https://p.example/?h={idfa&x=1" }), [
    `templates[0].url: {idfa at character 22 ${text}`,
  ]);
  assert.equal(warned({ method: "POST", body: '{"a": "{idfa"}', contentType: "application/json" }).length, 1);
  assert.equal(warned({ headers: [{ name: "x-id", value: "{idfa" }] }).length, 1);
  assert.deepEqual(warned({ url: "https://p.example/?h={idfa}&x=1" }), []);
});
