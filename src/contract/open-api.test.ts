import assert from "node:assert/strict";
import test from "node:test";
import { z } from "zod";
import { errorCodes } from "./error-codes.ts";
import { openApiDocument } from "./open-api.ts";
import { allRoutes, routes } from "./routes.ts";

const operation = z.looseObject({
  operationId: z.string(),
  summary: z.string().min(10),
  parameters: z.array(
    z.looseObject({ name: z.string(), in: z.enum(["path", "query", "header"]), schema: z.looseObject({}) }),
  ),
  requestBody: z.looseObject({ content: z.record(z.string(), z.looseObject({ schema: z.unknown() })) }).optional(),
  responses: z.record(z.string(), z.looseObject({ description: z.string(), content: z.looseObject({}) })),
});
const document = z
  .looseObject({
    openapi: z.string(),
    components: z.looseObject({ schemas: z.record(z.string(), z.looseObject({})) }),
    paths: z.record(z.string(), z.record(z.string(), operation)),
  })
  .parse(openApiDocument("1.2.3"));

test("every route of the table stands in openapi.json, with what it is asked and answers", () => {
  for (const route of allRoutes) {
    const described = document.paths[route.path]?.[route.method.toLowerCase()];
    assert.ok(described !== undefined, `${route.method} ${route.path}`);
    assert.equal(described.operationId, route.operation);
    assert.ok(described.responses[String(route.ok.status)] !== undefined);
    assert.equal(described.requestBody !== undefined, route.body.kind !== "none", route.operation);
    for (const code of route.refusals) {
      const told: string = described.responses[String(errorCodes[code].status)]?.description ?? "";
      assert.ok(told.includes(code), `${route.operation} does not tell of ${code}`);
    }
    const named = described.parameters.filter((parameter) => parameter.in === "path").map(({ name }) => name);
    assert.deepEqual(
      named,
      [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
    );
  }
  const count = Object.values(document.paths).flatMap((methods) => Object.keys(methods)).length;
  assert.equal(count, allRoutes.length);
});

test("each operation has its own name, the one it has in the table", () => {
  for (const [name, route] of Object.entries(routes)) assert.equal(route.operation, name);
  assert.equal(new Set(allRoutes.map(({ operation }) => operation)).size, allRoutes.length);
});

test("filters are described as plain parameters with their kinds", () => {
  const find = document.paths["/v1/postbacks"]?.["get"];
  const limit = find?.parameters.find(({ name }) => name === "limit");
  assert.deepEqual(limit?.schema["maximum"], 500);
  assert.equal(limit?.["required"], false);
  const state = find?.parameters.find(({ name }) => name === "state");
  assert.ok(JSON.stringify(state?.schema).includes("delivered"));
});

test("no reference leads nowhere, and no schema stands unused", () => {
  const text = JSON.stringify(document);
  const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
  assert.deepEqual([...new Set(references)].toSorted(), Object.keys(document.components.schemas).toSorted());
  assert.equal(references.length, text.match(/\$ref/g)?.length);
});

test("every code tells whose it is and how to mend it", () => {
  for (const [code, { title, fix, status, fault }] of Object.entries(errorCodes)) {
    assert.match(code, /^[a-z]+\.[a-z0-9_]+$/);
    assert.ok(title.length > 5 && fix.length > 5, code);
    assert.ok(status >= 400 && status < 600, code);
    assert.equal(fault === "caller", status < 500, code);
  }
});

test("an event stands in every body as it is sent", () => {
  for (const path of ["/v1/explain", "/v1/preview", "/v1/partners/{id}/test"]) {
    const { schema } = document.paths[path]?.["post"]?.requestBody?.content["application/json"] ?? {};
    const told = JSON.stringify(schema);
    assert.match(told, /"event":\{[^}]*"\$ref":"#\/components\/schemas\/EventToSend"/, path);
    assert.equal(told.includes('"as"'), false, path);
  }
});
