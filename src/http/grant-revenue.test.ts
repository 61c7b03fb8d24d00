import assert from "node:assert/strict";
import test from "node:test";
import { severalAccounts, shop } from "#test/support/several-accounts.ts";

const plantedDigits = /98765|4321/;
const every = "v=(monetary)&w=(event-value)&c=(currency)";
const template = {
  event_kind: "in_app_event",
  dialect: "appsflyer",
  method: "POST",
  url: `https://x.example/?${every}`,
  headers: { "x-said": "(event-value)" },
  content_type: "application/x-www-form-urlencoded",
  body: every,
};

test("a stored event shows an agency no revenue that its grant keeps back, read or by a template of its own", async () => {
  const world = await severalAccounts();
  const grants = async (share_revenue: boolean) => {
    const url = `/v1/apps/${shop}/grants/bright`;
    const headers = world.headersOf("admin");
    const answer = await world.app.inject({ method: "PATCH", url, headers, payload: { share_revenue } });
    assert.equal(answer.statusCode, 200, answer.body);
  };
  const payload = {
    event_name: "purchase",
    af_prt: "brightprt",
    event_revenue: 98765.4321,
    event_value: { af_revenue: 98765.4321 },
  };
  const sending = world.app.inject({ method: "POST", url: "/v1/events", headers: world.headersOf("ingest"), payload });
  await world.clock.turn(1_000);
  const [id] = (await sending).json().ids;
  const previewed = async (caller: "bright" | "owner"): Promise<string> => {
    const headers = world.headersOf(caller);
    const answer = await world.app.inject({ method: "POST", url: "/v1/preview", headers, payload: { id, template } });
    assert.equal(answer.statusCode, 200, answer.body);
    return answer.body;
  };
  const readEvents = async (caller: "bright" | "owner"): Promise<string> => {
    const bodies = ["/v1/events", `/v1/events/${id}`].map(async (url) => {
      const answer = await world.app.inject({ url, headers: world.headersOf(caller) });
      assert.match(answer.body, /"source":\{"event_name":"purchase"/);
      return answer.body;
    });
    return (await Promise.all(bodies)).join("\n");
  };
  const asks = [previewed, readEvents];
  await grants(false);
  for (const ask of asks) assert.doesNotMatch(await ask("bright"), plantedDigits);
  for (const ask of asks) assert.match(await ask("owner"), plantedDigits);
  await grants(true);
  for (const ask of asks) assert.match(await ask("bright"), plantedDigits);
});
