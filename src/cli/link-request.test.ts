import assert from "node:assert/strict";
import { test } from "node:test";
import { linkRequest } from "./link-request.ts";

const link = { token: "carom_link_x", expires_at: "2026-01-01T00:00:00Z" };

test("a link's request goes where the link leads, and asks for what its kind needs", () => {
  const base = "https://carom.example/under";
  assert.deepEqual(linkRequest({ ...link, kind: "first_owner", url: `${base}/welcome#carom_link_x` }), [
    "curl https://carom.example/under/v1/invitations/carom_link_x \\",
    `  -H 'content-type: application/json' -d '{"email":"you@example.com","name":"You","password":"your own"}'`,
  ]);
  const [first, invited] = linkRequest({ ...link, kind: "invitation", url: `${base}/invite/carom_link_x` });
  assert.equal(first, "curl https://carom.example/under/v1/invitations/carom_link_x \\");
  assert.match(invited ?? "", /'\{"name":"You","password":"your own"\}'$/);
  const [, reset] = linkRequest({ ...link, kind: "reset", url: `${base}/invite/carom_link_x` });
  assert.match(reset ?? "", /'\{"password":"your own"\}'$/);
});
