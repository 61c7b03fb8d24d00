import assert from "node:assert/strict";
import test from "node:test";
import { resourceRoutes } from "#src/contract/resource-contract.ts";
import { readGallery } from "#src/main/gallery.ts";
import { anEngine } from "#test/support/an-engine.ts";
import { anHttpOver, assertAnswers, assertProblem } from "#test/support/an-http.ts";

const start = async () => {
  const under = await anEngine();
  const http = await anHttpOver(under);
  const make = (payload: object) => http.ask({ method: "POST", url: "/v1/partners", payload });
  return { http, make, partners: () => under.engine.catalog.current().catalog.partners };
};
const create = resourceRoutes.partner.create ?? assert.fail("partners are posted");

test("every partner of the gallery is made by its id alone", async () => {
  const { make, partners } = await start();
  for (const { id, name } of readGallery()) {
    const made = assertAnswers(create, await make({ from_gallery: id }));
    assert.deepEqual([made.key, made.resource?.["name"], made.changed], [`partner/${id}`, name, true]);
  }
  assert.equal(partners().length, 1 + readGallery().length);
});

test("what the body says otherwise takes the place of what the gallery says", async () => {
  const { make } = await start();
  const own = { id: "unity_eu", name: "Unity, Europe", media_sources: ["unityads_int"], expires_after: "2d" };
  const { resource, notes } = assertAnswers(create, await make({ from_gallery: "unity_ads", ...own }));
  assert.match(notes.join(), /media_source is one of: unityads_int$/);
  const { id, name, media_sources, expires_after } = Object(resource);
  assert.deepEqual({ id, name, media_sources, expires_after }, own);
  assert.deepEqual(resource?.["parameters"], ["game_id"]);
  assertProblem(await make({ from_gallery: "unity_ads", id: "unity_eu" }), 409, "resource.exists");
});

test("a partner that is not in the gallery is told, and only making takes one", async () => {
  const { make, http } = await start();
  assertProblem(await make({ from_gallery: "nobody" }), 404, "gallery.not_found");
  assertProblem(await make({ from_gallery: 5 }), 422, "catalog.refused");
  assertProblem(await make({ from_gallery: "unity_ads", colour: 1 }), 422, "catalog.refused");
  const put = { method: "PUT", url: "/v1/partners/unity_ads", payload: { from_gallery: "unity_ads" } } as const;
  assertProblem(await http.ask(put), 422, "catalog.refused");
  const app = { method: "POST", url: "/v1/apps", payload: { id: "shop", from_gallery: "unity_ads" } } as const;
  assertProblem(await http.ask(app), 422, "catalog.refused");
});

test("an id that the gallery does not have is answered with the one that was meant", async () => {
  const { make } = await start();
  for (const [written, meant] of [
    ["tabola", "taboola"],
    ["unity", "unity_ads"],
  ]) {
    const refused = await make({ id: "mine", from_gallery: written });
    assertProblem(refused, 404, "gallery.not_found");
    assert.ok(refused.json().detail.endsWith(`did you mean ${meant}?`), refused.body);
  }
});
