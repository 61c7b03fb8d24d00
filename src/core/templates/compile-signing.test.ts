import assert from "node:assert/strict";
import { test } from "node:test";
import { secretName } from "#src/core/ids.ts";
import { fillSignatureMarks, unsignedUrl } from "#src/core/templates/signature-mark.ts";
import type { Signing } from "#src/core/templates/signing.ts";
import { problemsOf, requestOf, type TemplateParts } from "#test/support/a-template.ts";

const webhooks: Signing = { kind: "standard_webhooks", secret: secretName("key") };
const hmac = (parts: Partial<Signing & { kind: "hmac" }> = {}): Signing => ({
  kind: "hmac",
  secret: secretName("key"),
  algorithm: "sha256",
  output: "hex",
  place: "query",
  name: "sig",
  prefix: "",
  ...parts,
});
const mark = "\u0001hmac:sha256:hex:key\u0002";
const codes = (parts: TemplateParts): readonly string[] => problemsOf(parts).map(({ code }) => code);

test("Standard Webhooks: the id is the postback's, time and signature are left to the attempt", () => {
  const body = '{"e":"(event-name)"}';
  assert.deepEqual(requestOf({ method: "POST", body, signing: webhooks }).headers, [
    ...["webhook-id", "0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b-k3x9"],
    ...["webhook-timestamp", "\u0001attempt_time\u0002"],
    ...["webhook-signature", "\u0001standard_webhooks:key\u0002"],
    ...["content-type", "application/json"],
  ]);
});

test("Standard Webhooks without a body, and a header that is the signature's already, are refused", () => {
  assert.deepEqual(codes({ signing: webhooks }), ["template.signing_invalid"]);
  const headers = [{ name: "Webhook-Id", value: "1" }];
  assert.deepEqual(codes({ method: "POST", body: "{}", headers, signing: webhooks }), ["template.header_reserved"]);
  for (const name of ["Host", "content-type"]) {
    assert.deepEqual(codes({ signing: hmac({ place: "header", name }) }), ["template.signing_invalid"], name);
  }
});

test("an HMAC stands in a header behind its prefix, or as the last parameter of the query", () => {
  const header = hmac({ place: "header", name: "x-signature", prefix: "sha256=" });
  assert.deepEqual(requestOf({ signing: header }).headers, ["x-signature", `sha256=${mark}`]);
  const urlOf = (url: string, parts: TemplateParts = {}): string => requestOf({ url, signing: hmac(), ...parts }).url;
  assert.equal(urlOf("https://p.example/?a=(event)"), `https://p.example/?a=af_purchase&sig=${mark}`);
  assert.equal(urlOf("https://p.example/x"), `https://p.example/x?sig=${mark}`);
  assert.equal(urlOf("https://p.example/x#top"), `https://p.example/x?sig=${mark}`);
  assert.equal(urlOf("https://p.example/x?a=1#top"), `https://p.example/x?a=1&sig=${mark}`);
  assert.equal(
    urlOf("https://p.example/?a=(idfa)", { onMissing: { kind: "drop_parameter" } }),
    `https://p.example/?sig=${mark}`,
  );
});

test("what is signed is the URL without the signature's parameter and without a fragment", () => {
  assert.equal(unsignedUrl(`https://p.example/?a=1&sig=${mark}#top`), "https://p.example/?a=1");
  assert.equal(unsignedUrl(`https://p.example/x?sig=v1%3D${mark}`), "https://p.example/x");
  assert.equal(unsignedUrl(`https://p.example/x?sig=${mark}&b=2`), "https://p.example/x?b=2");
  assert.equal(unsignedUrl("https://p.example/x?a=1"), "https://p.example/x?a=1");
});

test("each mark of a signature is told with its key and form", () => {
  const told: string[] = [];
  const text = `\u0001attempt_time\u0002 \u0001standard_webhooks:a.b\u0002 \u0001hmac:sha512:base64:c\u0002`;
  fillSignatureMarks(text, (each) => {
    told.push(JSON.stringify(each));
    return "";
  });
  assert.deepEqual(told, [
    '{"kind":"attempt_time"}',
    '{"kind":"standard_webhooks","secret":"a.b"}',
    '{"kind":"hmac","algorithm":"sha512","output":"base64","secret":"c"}',
  ]);
});
