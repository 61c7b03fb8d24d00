import assert from "node:assert/strict";
import { test } from "node:test";
import { readGallery } from "#src/main/gallery.ts";
import { type SampleRequest, sampleRequests } from "../../scripts/reference/sample-requests.ts";

/** Written by a partner for a value that somebody forgot: in an address, a header or a body. */
const unfilled = /[{}[\]<>]|YOUR_|REPLACE|%7[BD]|__[A-Z]+__/;

const written = ({ request }: SampleRequest): string =>
  [request.url, ...request.headers].join("\n").replaceAll(/\[secret [\w.-]+\]/g, "");

for (const partner of readGallery()) {
  test(`${partner.id}: every template renders, and nothing in it is left to be filled in`, () => {
    const { samples, warnings } = sampleRequests(partner);
    assert.ok(samples.length > 0, "something is sent");
    const kinds = new Set(samples.map(({ of }) => of.split(" ")[0]));
    const promised = new Set(partner.partner.templates.map(({ event_kind }) => event_kind));
    assert.deepEqual(
      [...promised].filter((kind) => !kinds.has(kind)),
      [],
      "each kind that it has a template for",
    );
    for (const sample of samples) {
      assert.doesNotMatch(written(sample), unfilled, `${sample.of}: ${written(sample)}`);
      const { body } = sample.request;
      if (body !== null) assert.doesNotThrow(() => JSON.parse(body), `${sample.of}: ${body}`);
    }
    const isPlain = partner.partner.templates.some(({ url }) => url.startsWith("http:"));
    const isTold = partner.checks.some((check) => check.includes("plain HTTP"));
    assert.equal(isPlain, isTold, "plain HTTP is told of, where it is");
    assert.deepEqual(
      warnings.filter((code) => !code.endsWith("_over_http")),
      [],
      "the lint has nothing to say",
    );
  });

  test(`${partner.id}: the secrets and parameters that its templates name are those it asks for`, () => {
    const texts = JSON.stringify(partner.partner);
    const namesIn = (kind: string): readonly string[] =>
      [
        ...new Set([...texts.matchAll(new RegExp(`[({]${kind}\\.([\\w.-]+)`, "g"))].map(([, name = ""]) => name)),
      ].sort();
    assert.deepEqual(namesIn("secret"), Object.keys(partner.secrets).sort());
    assert.deepEqual(namesIn("param"), Object.keys(partner.parameters).sort());
  });
}

test("what a partner is known to answer when it means no is in its success test", () => {
  const tests = new Map(readGallery().map(({ id, partner }) => [id, partner.success.body]));
  for (const id of ["tune", "evadav", "propellerads", "richads", "unity_ads"])
    assert.notEqual(tests.get(id), "any", id);
});
