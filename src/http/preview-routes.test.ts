import assert from "node:assert/strict";
import test from "node:test";
import { routes } from "#src/contract/routes.ts";
import { anEngine } from "#test/support/an-engine.ts";
import { anHttpOver, assertAnswers, assertProblem } from "#test/support/an-http.ts";

const start = async () => {
  const under = await anEngine();
  const http = await anHttpOver(under);
  const preview = (payload: object | string) =>
    http.ask({ method: "POST", url: "/v1/preview", payload, headers: { "content-type": "application/json" } });
  return { http, under, preview };
};
const event = { app_id: "com.example.game", event_name: "purchase" };
const template = {
  event_kind: "in_app_event",
  dialect: "appsflyer",
  url: "https://(param.host)/?n=(mapped-iae)&v=(monetary)&k=(secret.key)",
};

test("a template alone is filled in for an event of any app, and nothing is stored or sent", async () => {
  const { preview, under, http } = await start();
  const answer = await preview(
    `{"template":${JSON.stringify(template)},"parameters":{"host":"p.example"},"partner_event":"sale",
      "event":{"app_id":"not.in.the.catalog","event_name":"buy","event_value":{"af_revenue":120.00}}}`,
  );
  const { previews, app_id } = assertAnswers(routes.preview, answer);
  assert.equal(app_id, "not.in.the.catalog");
  const [only] = previews;
  assert.equal(previews.length, 1);
  assert.equal(only?.request?.url, "https://p.example/?n=sale&v=120.00&k={secret:key}");
  const shown = only?.macros.map(({ written, place, value, encoded }) => [written, place, value, encoded]);
  assert.deepEqual(shown, [
    ["(param.host)", "host", "p.example", "p.example"],
    ["(mapped-iae)", "query", "sale", "sale"],
    ["(monetary)", "query", "120.00", "120.00"],
    ["(secret.key)", "query", null, "{secret:key}"],
  ]);
  assert.equal(under.sender.orders.length, 0);
  assert.deepEqual((await http.ask({ url: "/v1/events" })).json().data, []);
});

test("an event that is given is located like one that arrives", async () => {
  const countries = {
    countryOf: (address: string) => (address === "198.51.100.7" ? "DE" : null),
    about: "one country",
  };
  const http = await anHttpOver(await anEngine({ countries }));
  const payload = {
    template: { ...template, url: "https://p.example/?c=(country_code)" },
    event: { ...event, ip: "198.51.100.7" },
  };
  const answer = await http.ask({ method: "POST", url: "/v1/preview", payload });
  assert.equal(assertAnswers(routes.preview, answer).previews[0]?.request?.url, "https://p.example/?c=DE");
});

test("a template is looked at whatever kind it says it is for, and revenue stays masked where it would be", async () => {
  const { preview } = await start();
  const given = { ...template, url: "https://p.example/?v=(monetary)" };
  const install = { ...event, event_type: "install", event_name: "install" };
  const conversion = assertAnswers(routes.preview, await preview({ template: given, event: install }));
  assert.equal(conversion.previews[0]?.outcome, "request");
  const paid = { ...event, event_value: { af_revenue: 1234.5 } };
  const masked = await preview({ template: given, event: paid, data_sharing: "none" });
  assert.equal(assertAnswers(routes.preview, masked).previews[0]?.outcome, "request");
  assert.ok(!masked.body.includes("1234.5"));
});

test("mistakes of a template are told by their place in it", async () => {
  const { preview } = await start();
  const wrong = await preview({ template: { ...template, url: "https://p.example/?n=(evnt_name)" }, event });
  assertProblem(wrong, 422, "catalog.refused");
  const [problem] = wrong.json().errors;
  assert.equal(problem.path, "template.url");
  assert.match(problem.message, /^template\.url: unknown macro \(evnt_name\).*event-name/);
  const skipping = { ...template, url: "https://p.example/?c=(campaign)", on_missing: "skip" };
  const [missing] = assertAnswers(routes.preview, await preview({ template: skipping, event })).previews;
  assert.deepEqual([missing?.outcome, missing?.request], ["macro_missing", null]);
  assert.match(missing?.message ?? "", /\(campaign\)/);
});

test("without a template every target of the catalog shows what it would send, and why it would not be sent", async () => {
  const { preview } = await start();
  const [sent] = assertAnswers(routes.preview, await preview({ event })).previews;
  assert.deepEqual([sent?.target, sent?.skipped], ["integration:examplenetwork_int/m-purchase", null]);
  assert.match(sent?.request?.url ?? "", /mapped=p1/);
  const [skipped] = assertAnswers(routes.preview, await preview({ event: { ...event, event_name: "other" } })).previews;
  assert.deepEqual([skipped?.outcome, skipped?.skipped], ["request", "not_mapped"]);
  const one = await preview({ event, target: "integration:examplenetwork_int" });
  assert.equal(assertAnswers(routes.preview, one).previews.length, 1);
  assertProblem(await preview({ event, target: "integration:nobody" }), 404, "preview.target_unknown");
  const skan = await preview({ event: { ...event, event_type: "skan_postback" } });
  assert.equal(assertAnswers(routes.preview, skan).previews[0]?.outcome, "no_template");
});

test("a stored event is previewed by its id; an unknown one, an unknown app and neither are refused", async () => {
  const { preview, http } = await start();
  const sent = await http.ask({ method: "POST", url: "/v1/events", payload: event });
  const stored = await preview({ id: sent.json().ids[0] });
  assert.equal(assertAnswers(routes.preview, stored).previews.length, 1);
  assertProblem(await preview({ id: "nothing" }), 404, "event.not_found");
  assertProblem(await preview({ event: { ...event, app_id: "elsewhere" } }), 400, "event.app_unknown");
  assertProblem(await preview({}), 400, "request.invalid");
  assertProblem(await preview({ event, id: "x" }), 400, "request.invalid");
  assertProblem(await preview({ event: { event_name: 1 } }), 400, "request.invalid");
});

test("a URL in another notation is refused with the dialect or the text that it would be, and its changes", async () => {
  const { preview } = await start();
  const propose = async (url: string, dialect = "appsflyer") => {
    const answer = await preview({ template: { ...template, dialect, url }, event });
    assertProblem(answer, 422, "catalog.refused");
    return answer.json().proposal;
  };
  const leanplum = "https://p.example/?e={{User ID}}";
  assert.deepEqual(await propose("https://p.example/?d={adid}&z={zzz}"), {
    dialect: "carom",
    url: "https://p.example/?d={device_id}&z={event_value.zzz}",
    message: null,
    changes: [
      { from: "{adid}", to: "{device_id}", why: "likely" },
      { from: "{zzz}", to: "{event_value.zzz}", why: "guessed" },
    ],
  });
  assert.deepEqual(await propose(leanplum), { dialect: "leanplum", url: leanplum, message: null, changes: [] });
  const lost = await propose("https://p.example/?e={{}}", "leanplum");
  assert.deepEqual([lost.dialect, lost.url, lost.changes], [null, null, []]);
  assert.match(lost.message, /has no name/);
  assert.equal(await propose("https://p.example/?n=(evnt_name)"), undefined);
  assert.equal(await propose("ftp://p.example/?n=(event-name)"), undefined);
});

test("damage by HTML is warned of with the URL mended", async () => {
  const { preview } = await start();
  const url = "https://p.example/?n=(event-name)&amp;a=1";
  const { warnings } = assertAnswers(routes.preview, await preview({ template: { ...template, url }, event }));
  assert.deepEqual(
    warnings.map(({ path, code, proposal }) => [path, code, proposal]),
    [["template.url", "template.entity_damage", "https://p.example/?n=(event-name)&a=1"]],
  );
});
