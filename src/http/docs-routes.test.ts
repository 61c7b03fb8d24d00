import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { allRoutes } from "#src/contract/routes.ts";
import { anHttp } from "#test/support/an-http.ts";
import { docsPage } from "./docs-page.ts";

test("the page shows every call without a key, without script, and with nothing from elsewhere", async () => {
  const { app } = await anHttp();
  const answer = await app.inject({ url: "/docs" });
  assert.equal(answer.statusCode, 200);
  assert.match(String(answer.headers["content-type"]), /^text\/html/);
  for (const { method, path, operation } of allRoutes) {
    assert.ok(answer.body.includes(`id="${operation}"`), operation);
    assert.ok(answer.body.includes(`<code>${method} ${path}</code>`), path);
  }
  assert.doesNotMatch(answer.body, /<script|<img|<link|@import|url\(| on[a-z]+=/i);
  for (const [, to] of answer.body.matchAll(/(?:href|src)="([^"]*)"/g))
    assert.match(to ?? "", /^(?:#[\w-]+|openapi\.json)$/);
  const ids = new Set([...answer.body.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id));
  for (const [, to] of answer.body.matchAll(/href="#([^"]*)"/g)) assert.ok(ids.has(to), `#${to} leads nowhere`);
});

test("its policy allows its own style and nothing else", async () => {
  const { app } = await anHttp();
  const { headers, body } = await app.inject({ url: "/docs" });
  const style = /<style>([\s\S]*?)<\/style>/.exec(body)?.[1] ?? "";
  const hash = createHash("sha256").update(style).digest("base64");
  const policy = String(headers["content-security-policy"]);
  assert.ok(policy.includes("default-src 'none'") && policy.includes(`style-src 'sha256-${hash}'`), policy);
  assert.ok(!policy.includes("unsafe"));
});

test("what stands in the description is text on the page", () => {
  const page = docsPage({ info: { title: '<b>"&' }, paths: { "/x": { get: { summary: "`<i>`" } } } });
  assert.ok(page.includes("&lt;b&gt;&quot;&amp;") && page.includes("<code>&lt;i&gt;</code>"));
  assert.ok(!page.includes("<b>") && !page.includes("<i>"));
});
