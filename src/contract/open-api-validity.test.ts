import assert from "node:assert/strict";
import test from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { openApiDocument } from "./open-api.ts";

// Somebody else's word: the package holds the schemas that the OpenAPI Initiative publishes.
test("openapi.json is a valid OpenAPI 3.1 document", async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(openApiDocument("1.2.3"));
  assert.ok(valid, JSON.stringify(errors));
  assert.equal(validator.version, "3.1");
});

for (const [fault, plant] of Object.entries({
  "a path parameter that need not be there": (text: string) =>
    text.replace('"in":"path","required":true', '"in":"path","required":false'),
  "a place that there is not": (text: string) => text.replace('"in":"query"', '"in":"body"'),
  "a document without its title": (text: string) => text.replace('"title":"Carom",', ""),
  "a member that OpenAPI does not know": (text: string) => text.replace('"operationId":', '"operationid":'),
}))
  test(`${fault} would be noticed`, async () => {
    const whole = JSON.stringify(openApiDocument("1.2.3"));
    const faulty = plant(whole);
    assert.notEqual(faulty, whole);
    const { valid } = await new Validator().validate(JSON.parse(faulty));
    assert.equal(valid, false);
  });
