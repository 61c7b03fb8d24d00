import assert from "node:assert/strict";
import test from "node:test";
import { routes } from "#src/contract/routes.ts";
import { aCatalog, aCustomWhen, anApp, aRule, aRuleCondition } from "#test/support/a-catalog.ts";
import { anEngine } from "#test/support/an-engine.ts";
import { anHttpOver, assertAnswers, assertProblem } from "#test/support/an-http.ts";
import { csvText } from "./csv-text.ts";

const start = async () => {
  const rules = [aRule({ when: aCustomWhen({ triggers: [aRuleCondition("a.CrashEvent", "ex")] }) })];
  const under = await anEngine({ catalog: aCatalog({ apps: [anApp({ rules })] }) });
  const http = await anHttpOver(under);
  const send = async (...names: readonly string[]) => {
    const payload = names.map((event_name) => ({ app_id: "com.example.game", event_name }));
    assert.equal((await http.ask({ method: "POST", url: "/v1/events", payload })).statusCode, 202);
    await under.clock.turn(30);
  };
  const stats = async (query = "") => assertAnswers(routes.readStats, await http.ask({ url: `/v1/stats${query}` }));
  const report = async (query = "") =>
    assertAnswers(routes.readPostbackReport, await http.ask({ url: `/v1/reports/postbacks${query}` }));
  return { under, http, send, stats, report };
};
const partner = "examplenetwork_int";

test("stats tell by hour what was accepted, matched, skipped, delivered and dead, and how long it took", async () => {
  const { send, stats, under } = await start();
  under.sender.script(() => ({ kind: "response", status: 200, afterMs: 20 }));
  await send("purchase", "purchase", "other");
  under.sender.script(() => ({ kind: "response", status: 400 }));
  await send("purchase");
  const { series, waiting, resolution, from } = await stats();
  assert.deepEqual([resolution, waiting, from], ["hour", 0, "2026-01-13T12:00:00.000Z"]);
  const [hour, ...more] = series;
  assert.equal(more.length, 0);
  assert.deepEqual([hour?.at, hour?.accepted, hour?.duplicates], ["2026-01-14T12:00:00.000Z", 4, 0]);
  assert.deepEqual([hour?.matched, hour?.delivered, hour?.dead], [3, 2, { permanent: 1 }]);
  assert.deepEqual(hour?.skipped, { not_mapped: 1, trigger_unmet: 4 });
  assert.deepEqual(hour?.latency_ms, { p50: 25, p95: 25, p99: 25 });
  const owners = hour?.owners.map(({ partner_id, rule_id, matched }) => [partner_id, rule_id, matched]).toSorted();
  assert.deepEqual(
    owners,
    [
      [null, "crashes", 0],
      [partner, null, 3],
    ].toSorted(),
  );
});

test("events that are sent again are told as duplicates, under the name of the event", async () => {
  const { http, stats } = await start();
  const payload = ["order-1", "order-2", "order-1"].map((event_id) => ({
    app_id: "com.example.game",
    event_name: "purchase",
    event_id,
  }));
  for (let times = 0; times < 2; times += 1)
    assert.equal((await http.ask({ method: "POST", url: "/v1/events", payload })).statusCode, 202);
  const { series } = await stats("?resolution=day");
  assert.deepEqual(
    series.map(({ accepted, duplicates }) => [accepted, duplicates]),
    [[2, 4]],
  );
});

test("stats by day, of an app or a partner, and of a time", async () => {
  const { send, stats } = await start();
  await send("purchase");
  assert.equal((await stats("?resolution=day")).series[0]?.latency_ms, null);
  assert.equal((await stats(`?partner_id=${partner}`)).series[0]?.owners.length, 1);
  assert.equal((await stats("?partner_id=nobody")).series[0]?.matched, 0);
  assert.deepEqual((await stats("?app_id=elsewhere")).series, []);
  assert.deepEqual((await stats("?to=2026-01-14T12:00:00Z")).series, []);
});

test("a range that is empty or too long is refused with what may be asked", async () => {
  const { http } = await start();
  const ask = (query: string) => http.ask({ url: `/v1/stats?${query}` });
  assertProblem(await ask("from=2026-01-15T00:00:00Z&to=2026-01-14T00:00:00Z"), 400, "stats.range");
  const long = await ask("from=2025-01-14T00:00:00Z&to=2026-01-14T00:00:00Z");
  assertProblem(long, 400, "stats.range");
  assert.match(long.json().detail, /14 days/);
  assertProblem(await http.ask({ url: "/v1/reports/postbacks?from=2020-01-01T00:00:00Z" }), 400, "stats.range");
});

test("the report has a row for each day, partner or rule, and event", async () => {
  const { send, report } = await start();
  await send("purchase", "other");
  const { data } = await report();
  const rows = data.map(({ day, partner_id, rule_id, event_name, delivered, skipped, skipped_by }) => [
    day,
    partner_id ?? rule_id,
    event_name,
    delivered,
    skipped,
    Object.keys(skipped_by),
  ]);
  assert.deepEqual(rows.toSorted(), [
    ["2026-01-14", "crashes", "other", 0, 1, ["trigger_unmet"]],
    ["2026-01-14", "crashes", "purchase", 0, 1, ["trigger_unmet"]],
    ["2026-01-14", partner, "other", 0, 1, ["not_mapped"]],
    ["2026-01-14", partner, "purchase", 1, 0, []],
  ]);
  assert.equal((await report(`?partner_id=${partner}&event_name=purchase`)).data.length, 1);
});

test("as CSV it has a header, and no name of an event becomes a formula", async () => {
  const { send, http } = await start();
  await send('=HYPERLINK("http://evil.example","click")', "@sum", "plain, with a comma");
  const answer = await http.ask({ url: `/v1/reports/postbacks?format=csv&partner_id=${partner}` });
  assert.match(String(answer.headers["content-type"]), /^text\/csv/);
  assert.match(String(answer.headers["content-disposition"]), /postbacks\.csv/);
  const [header, ...rows] = answer.body.trimEnd().split("\r\n");
  assert.equal(header, "day,app_id,partner_id,rule_id,event_name,delivered,dead,cancelled,skipped,dead_by,skipped_by");
  assert.ok(rows.includes(`2026-01-14,com.example.game,${partner},,'@sum,0,0,0,1,,not_mapped 1`), answer.body);
  assert.ok(answer.body.includes('"\'=HYPERLINK(""http://evil.example"",""click"")"'), answer.body);
  assert.ok(answer.body.includes('"plain, with a comma"'));
});

test("a table is written so that it is read back as it was", () => {
  assert.equal(
    csvText([
      ["a", 1, null],
      ['say "hi"', -5, "\t=x"],
    ]),
    'a,1,\r\n"say ""hi""",-5,\'\t=x\r\n',
  );
});
