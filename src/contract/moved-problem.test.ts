import assert from "node:assert/strict";
import { test } from "node:test";
import { placesOf } from "#src/core/catalog/part-path.ts";
import { aCatalog, aPartner } from "#test/support/a-catalog.ts";
import { movedProblem } from "./moved-problem.ts";

const catalog = aCatalog({ partners: [aPartner({ id: "first" }), aPartner({ id: "second" })] });
const problem = { path: ["partners", 1, "id"], code: "c", message: "partners[1].id: partners[0] has it, too" };

test("a part that the document lacks is named by its key, and one that it has by its place there", () => {
  const { message } = movedProblem(problem, catalog, (key) => (key === "partner/second" ? ["partners", 0] : null));
  assert.equal(message, "partners[0].id: partner/first has it, too");
  const swapped = movedProblem(problem, catalog, (key) => ["partners", key === "partner/second" ? 0 : 1]);
  assert.equal(swapped.message, "partners[0].id: partners[1] has it, too");
});

test("of a part that was sent twice the message names the other place, not its own", () => {
  const twice = aCatalog({ partners: [aPartner({ id: "a" }), aPartner({ id: "b" }), aPartner({ id: "a" })] });
  const doubled = { path: ["partners", 2, "id"], code: "c", message: "partners[2].id: partners[0] is the same" };
  const places = { part: placesOf(twice), twin: placesOf(twice, "first") };
  const { message } = movedProblem(doubled, twice, (key, of) => places[of].get(key) ?? null);
  assert.equal(message, "partners[2].id: partners[0] is the same");
});
