import assert from "node:assert/strict";
import test from "node:test";
import { routes } from "#src/contract/routes.ts";
import { anHttp, assertAnswers, assertProblem } from "#test/support/an-http.ts";

test("the gallery lists each partner with what it asks for, and one is read by its id", async () => {
  const { ask } = await anHttp();
  const { data } = assertAnswers(routes.listGallery, await ask({ url: "/v1/partner-gallery" }));
  assert.ok(data.length >= 40);
  const unity = assertAnswers(routes.readGalleryPartner, await ask({ url: "/v1/partner-gallery/unity_ads" }));
  assert.deepEqual(
    unity,
    data.find(({ id }) => id === "unity_ads"),
  );
  assert.deepEqual(Object.keys(unity.parameters), ["game_id"]);
  assert.equal(unity.partner["id"], "unity_ads");
  assert.deepEqual(unity.partner["parameters"], ["game_id"]);
  assertProblem(await ask({ url: "/v1/partner-gallery/nobody" }), 404, "gallery.not_found");
});

test("a pasted request is proposed whole, with its parameters and what the catalog would say of it", async () => {
  const { ask } = await anHttp();
  const propose = async (payload: object) =>
    assertAnswers(routes.proposeTemplate, await ask({ method: "POST", url: "/v1/templates/propose", payload }));
  const proposed = await propose({
    url: "http://pb.network.example/YOUR_ACCOUNT_ID/?gaid={gps_adid}&amp;v={payout}&key=YOUR_API_KEY",
    body: '{"click": "{click_id}"}',
    headers: { "x-app": "{app_id}" },
    content_type: "application/json",
  });
  assert.equal(proposed.dialect, "carom");
  assert.deepEqual(proposed.parameters, ["account_id"]);
  assert.deepEqual(proposed.secrets, ["network_api_key"]);
  assert.equal(proposed.body?.text, '{"click": "{clickid}"}');
  assert.equal(proposed.headers["x-app"]?.text, "{app_id}");
  assert.ok(proposed.url.changes.some(({ why }) => why === "repaired"));
  assert.ok(
    proposed.lints.some(({ code, path }) => code === "template.personal_data_over_http" && path === "template.url"),
  );
  const lost = await propose({ url: "https://n.example/?id={}" });
  assert.deepEqual([lost.dialect, lost.url.text, lost.lints], [null, null, []]);
  assertProblem(await ask({ method: "POST", url: "/v1/templates/propose", payload: {} }), 400, "request.invalid");
  const tooLong = { url: `https://n.example/?${"a".repeat(9_000)}` };
  const refused = await ask({ method: "POST", url: "/v1/templates/propose", payload: tooLong });
  assertProblem(refused, 400, "request.invalid");
  assert.match(refused.body, /8192/);
  const many = await propose({ url: "https://n.example/", body: "#a#".repeat(1_000) });
  assert.equal(many.body?.changes.length, 200);
  assert.equal(many.body?.text, "{event_value.a}".repeat(1_000));
});
