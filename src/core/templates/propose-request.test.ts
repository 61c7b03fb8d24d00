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
      ["authorization", "Bearer {secret.n_api_token}"],
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

test("what a header is to be filled in with is named after the header, and is a credential where that says so", () => {
  const { headers } = proposeRequest({
    url: "https://s2s.alpha.com/pb",
    body: null,
    headers: [
      ["Authorization", "Bearer REPLACE"],
      ["X-Api-Key", "REPLACE"],
      ["x-app", "REPLACE"],
    ],
  });
  assert.deepEqual(
    headers.map(([, { text }]) => text),
    ["Bearer {secret.alpha_token}", "{secret.alpha_api_key}", "{param.app}"],
  );
});

test("a credential has one name in all of a request, and another partner's has another", () => {
  for (const [host, owner] of [
    ["s2s.alpha.com", "alpha_"],
    ["s2s.beta.com", "beta_"],
    ["s2s.abc.com", "abc_"],
    ["s2s.xyz.com", "xyz_"],
    ["xyz.com", "xyz_"],
    ["t.co", "t_"],
    ["s2s.my-net.io:8443", "my_net_"],
    ["user:pass@s2s.alpha.com", "alpha_"],
    ["pb.abc.co.uk", "abc_"],
    ["pb.abc.com.au", "abc_"],
    ["abc.com.br", "abc_"],
    ["a.pb.abc.co.jp", "abc_"],
    ["co.uk", "co_"],
    ["{sub}.abc.com", "abc_"],
    ["localhost", ""],
    ["10.0.0.1", ""],
    ["{host}", ""],
  ] as const) {
    const proposal = proposeRequest({
      url: `https://${host}/pb?t=YOUR_API_TOKEN`,
      body: '{"t": "YOUR_API_TOKEN"}',
      headers: [["authorization", "Bearer YOUR_API_TOKEN"]],
    });
    const name = `{secret.${owner}api_token}`;
    assert.ok(proposal.url.text?.endsWith(`/pb?t=${name}`), proposal.url.text ?? host);
    assert.equal(proposal.body?.text, `{"t": "${name}"}`, host);
    assert.equal(proposal.headers[0]?.[1].text, `Bearer ${name}`, host);
  }
});
