import assert from "node:assert/strict";
import { test } from "node:test";
import { warningsOf } from "#test/support/a-template.ts";

const codesOf = (query: string): readonly string[] =>
  warningsOf({ dialect: "carom", url: `https://p.example/?${query}` }).map(({ code }) => code);

test("a value that somebody was to fill in is told, and one that is meant is not", () => {
  for (const query of ["payout=OPTIONAL", "amount=AMOUNT", "click_id=CLICK_ID", "clickId=CLICK_ID"])
    assert.deepEqual(codesOf(query), ["template.placeholder_as_text"], query);
  for (const query of ["currency=USD", "status=APPROVED", "amount=5", "a={clickid}", "OS=IOS", "a", "amount=amount"])
    assert.deepEqual(codesOf(query), [], query);
});

test("a credential in plain text is told without its value", () => {
  const [warning, ...others] = warningsOf({
    dialect: "carom",
    url: "https://p.example/?security_token=abcdef0123456789&c={clickid}",
  });
  assert.deepEqual([warning?.code, others], ["template.secret_as_text", []]);
  assert.match(warning?.message ?? "", /the value of security_token stands in plain text/);
  assert.doesNotMatch(warning?.message ?? "", /abcdef/);
  for (const query of ["security_token={secret.x}", "token=abcdef0123456789", "password=none"])
    assert.deepEqual(codesOf(query), [], query);
});
