import assert from "node:assert/strict";
import test from "node:test";
import { requestExamples } from "#src/contract/request-examples.ts";
import { allRoutes } from "#src/contract/routes.ts";
import { aCatalog } from "#test/support/a-catalog.ts";
import { anEngine } from "#test/support/an-engine.ts";
import { anHttpOver } from "#test/support/an-http.ts";

const places: Readonly<Record<string, string>> = {
  app_id: "com.example.game",
  partner_id: "example_network",
  account_id: "bright",
};

test("the examples of openapi.json, sent in their order to a server that has nothing, are all taken", async () => {
  const under = await anEngine({ catalog: aCatalog({ apps: [], partners: [] }) });
  const http = await anHttpOver(under);
  for (const [operation, byMediaType] of Object.entries(requestExamples)) {
    const route = allRoutes.find((one) => one.operation === operation);
    assert.ok(route !== undefined, operation);
    const url = route.path.replace(/\{(\w+)\}/g, (_place, name: string) => places[name] ?? "");
    for (const [mediaType, examples] of Object.entries(byMediaType))
      for (const [name, { value }] of Object.entries(examples)) {
        const payload = mediaType === "application/json" ? JSON.stringify(value) : String(value);
        const { method } = route;
        const answering = http.ask({ method, url, headers: { "content-type": mediaType }, payload });
        const answer = await answering;
        assert.equal(answer.statusCode, route.ok.status, `${operation}, ${name}: ${answer.body}`);
        if (operation === "sendEvents") assert.deepEqual(answer.json().rejected, [], name);
      }
  }
  await under.engine.stop(0);
});
