import assert from "node:assert/strict";
import { test } from "node:test";
import { appsflyerDialect } from "#src/core/dialects/appsflyer.ts";
import type { Piece } from "#src/core/dialects/dialect.ts";
import type { Problem } from "#src/core/problem.ts";
import { anEventView, testHashes } from "#test/support/an-event-view.ts";
import type { Compilation, TemplateText } from "./compilation.ts";
import { fillSlot, formSlot, jsonStringSlot, querySlot, type Slot, urlSlot } from "./slot.ts";

/** A value that is a query already, as a dialect to come will have it (Adobe's `{%all_url%}`). */
const rawPiece: Piece & { kind: "value" } = {
  kind: "value",
  at: 4,
  written: "{%all_url%}",
  value: {
    name: "all_url",
    form: "text",
    eventTypes: ["in_app_event"],
    isPersonal: false,
    isRaw: true,
    read: () => "a=1&b=c#d",
  },
};

const filledWith = (slot: Slot): { text: string | null; codes: readonly string[] } => {
  const problems: Problem[] = [];
  const compilation: Compilation = {
    dialect: appsflyerDialect,
    onMissing: { kind: "empty" },
    parameters: {},
    path: [],
    problems,
    values: new Map(),
  };
  const codes: string[] = [];
  const text: TemplateText = { path: ["url"], pieces: [rawPiece], refuse: (code) => codes.push(code) };
  const filled = fillSlot(compilation, text, { piece: rawPiece, slot, isDroppable: false });
  if (typeof filled === "string") return { text: filled, codes };
  const value = filled.read(anEventView(), testHashes);
  return { text: value === null ? null : filled.encode(value), codes };
};

test("a value that is encoded already goes into a query or form as it is, but cannot leave it", () => {
  assert.deepEqual(filledWith(querySlot), { text: "a=1&b=c%23d", codes: [] });
  assert.deepEqual(filledWith(formSlot), { text: "a=1&b=c%23d", codes: [] });
});

test("a value that is encoded already is refused where it could break out", () => {
  assert.deepEqual(filledWith(urlSlot), { text: "", codes: ["template.place_invalid"] });
  assert.deepEqual(filledWith(jsonStringSlot), { text: "", codes: ["template.place_invalid"] });
});
