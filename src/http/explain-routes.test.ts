import assert from "node:assert/strict";
import test from "node:test";
import { routes } from "#src/contract/routes.ts";
import { aCatalog, aMapping, anApp, anIntegration } from "#test/support/a-catalog.ts";
import { anEngine } from "#test/support/an-engine.ts";
import { anHttpOver, assertAnswers, assertProblem } from "#test/support/an-http.ts";

const mapped = (names: readonly string[], app: Parameters<typeof anApp>[0] = {}) => {
  const mappings = names.map((eventName) => aMapping({ eventName }));
  return aCatalog({ apps: [anApp({ integrations: [anIntegration({ mappings })], ...app })] });
};

const start = async () => {
  const under = await anEngine({ catalog: mapped(["level_up"]) });
  const http = await anHttpOver(under);
  const post = (url: string, payload: object) => http.ask({ method: "POST", url, payload });
  const send = async (event: object): Promise<string> => {
    const [id] = (await post("/v1/events", { app_id: "com.example.game", ...event })).json().ids;
    await under.clock.rest();
    return id;
  };
  const change = async (catalog: ReturnType<typeof aCatalog>) => {
    await under.engine.catalog.change({ catalog, by: "test", expected: null, dryRun: false });
  };
  const explain = async (body: object) => assertAnswers(routes.explain, await post("/v1/explain", body));
  return { under, post, send, change, explain };
};

test("postbacks that a backfill or a redelivery made later are told with the event's explanation", async () => {
  const { under, post, send, change, explain } = await start();
  const late = await send({ event_name: "purchase" });
  const sent = await send({ event_name: "level_up" });
  await change(mapped(["level_up", "purchase"]));
  assert.deepEqual((await explain({ id: late })).postbacks, []);
  await post("/v1/backfills", { filter: { event_name: "purchase" } });
  await under.clock.turn(1_000);
  const [first] = (await explain({ id: sent })).postbacks ?? [];
  await post(`/v1/postbacks/${first?.id}/redeliver`, {});
  await under.clock.turn(1_000);
  const madeOf = async (id: string, at: "then" | "now") =>
    (await explain({ id, at })).postbacks?.map(({ target, made_by }) => [target.split("/")[0], made_by]);
  const target = "integration:examplenetwork_int";
  assert.deepEqual(await madeOf(late, "then"), [[target, "backfill"]]);
  assert.deepEqual(await madeOf(late, "now"), [[target, "backfill"]]);
  assert.deepEqual(await madeOf(sent, "then"), [
    [target, "decision"],
    [target, "redelivery"],
  ]);
  const given = await explain({ event: { app_id: "com.example.game", event_name: "purchase" } });
  assert.equal(given.postbacks, null);
});

test("a stored event is found by the client's own id, where one event has it", async () => {
  const { post, send, change, explain } = await start();
  const id = await send({ event_name: "purchase", event_id: "mine" });
  assert.equal((await explain({ id: "mine" })).event_id, id);
  const other = anApp({ id: "com.other.game" as ReturnType<typeof anApp>["id"] });
  await change(aCatalog({ apps: [...mapped(["level_up"]).apps, other] }));
  await send({ event_name: "purchase", event_id: "mine", app_id: "com.other.game" });
  const several = await post("/v1/explain", { id: "mine" });
  assertProblem(several, 404, "event.not_found");
  assert.match(several.json().detail, /several events have the event_id mine/);
  assertProblem(await post("/v1/explain", { id: "nobody's" }), 404, "event.not_found");
});

test("a setting is told with the time at which its own part was last changed, as of the revision that explains", async () => {
  const { under, send, change, explain } = await start();
  const timesOf = async (id: string, at: "then" | "now") => {
    const steps = (await explain({ id, at })).explanations?.[0]?.steps ?? [];
    const timeOf = (reason: string) => steps.find((step) => step.reason === reason)?.set_at;
    return { mappings: timeOf("not_mapped"), consent: timeOf("consent_denied") };
  };
  await under.clock.turn(60_000);
  await change(mapped(["purchase"]));
  await under.clock.turn(60_000);
  await change(mapped(["purchase"], { requiresConsent: true }));
  const id = await send({ event_name: "purchase" });
  await under.clock.turn(60_000);
  await change(mapped(["purchase", "level_up"], { requiresConsent: true }));
  const [second, third, fourth] = ["12:01", "12:02", "12:03"].map((time) => `2026-01-14T${time}:00.000Z`);
  assert.deepEqual(await timesOf(id, "then"), { mappings: second, consent: third });
  assert.deepEqual(await timesOf(id, "now"), { mappings: fourth, consent: third });
});
