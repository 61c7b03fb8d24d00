import assert from "node:assert/strict";
import { test } from "node:test";
import { proposeRequest } from "./propose-request.ts";

test("url, body and headers in a foreign notation are proposed in one dialect", () => {
  const proposal = proposeRequest({
    url: "https://n.example/v1/YOUR_ACCOUNT_ID/convert?gaid={gps_adid}",
    body: '{"id": "{click_id}", "event": "{event_name}", "fixed": [1, 2]}',
    headers: [
      ["authorization", "Bearer {{api_token}}"],
      ["x-source", "carom"],
    ],
  });
  assert.equal(proposal.dialect, "carom");
  assert.equal(proposal.url.text, "https://n.example/v1/{param.account_id}/convert?gaid={advertising_id}");
  assert.equal(proposal.body?.text, '{"id": "{clickid}", "event": "{event_name}", "fixed": [1, 2]}');
  assert.deepEqual(
    proposal.headers.map(([name, { text }]) => [name, text]),
    [
      ["authorization", "Bearer {secret.api_token}"],
      ["x-source", "carom"],
    ],
  );
  assert.deepEqual(
    proposal.url.changes.map(({ why }) => why),
    ["parameter", "known"],
  );
});

test("parts in two dialects are told apart: a template has one", () => {
  const proposal = proposeRequest({
    url: "https://n.example/?id=(advertiserId)",
    body: "message={{Message ID}}",
    headers: [],
  });
  assert.equal(proposal.dialect, null);
  assert.equal(proposal.url.text, "https://n.example/?id=(advertiserId)");
  assert.match(proposal.body?.message ?? "", /leanplum.*appsflyer/);
});

test("text without a macro is proposed as it is, and a lost name is told of", () => {
  const plain = proposeRequest({ url: "https://n.example/fixed", body: null, headers: [] });
  assert.deepEqual([plain.dialect, plain.url.text, plain.body], ["carom", "https://n.example/fixed", null]);
  const lost = proposeRequest({ url: "https://n.example/?id={}", body: null, headers: [] });
  assert.deepEqual([lost.dialect, lost.url.text], [null, null]);
  assert.match(lost.url.message ?? "", /no name/);
});
