import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { routes } from "#src/contract/routes.ts";
import { aCatalog, anAccount } from "#test/support/a-catalog.ts";
import { anEngine } from "#test/support/an-engine.ts";
import { anHttpOver, assertAnswers, assertProblem } from "#test/support/an-http.ts";

const sample = readFileSync(new URL("../../test/support/fixtures/ADBMobileConfig.json", import.meta.url), "utf8");
const config: { readonly messages: readonly { readonly [name: string]: unknown }[] } = JSON.parse(sample);
const [action = {}, state = {}] = config.messages;

const start = async () => {
  const under = await anEngine({ catalog: aCatalog({ accounts: [anAccount({ id: "elsewhere" })] }) });
  const http = await anHttpOver(under);
  const post = (payload: object | string, query = "", app = "com.example.game") =>
    http.ask({
      method: "POST",
      url: `/v1/apps/${app}/rules/import${query}`,
      payload,
      headers: { "content-type": "application/json" },
    });
  const imported = async (payload: object | string, query = "") =>
    assertAnswers(routes.importRules, await post(payload, query));
  const rules = () => under.engine.catalog.current().catalog.apps[0]?.rules ?? [];
  return { under, http, post, imported, rules };
};
const told = (entries: readonly { readonly code: string; readonly path: string }[]) =>
  entries.map(({ code, path }) => `${code} ${path}`);

test("the vendor's sample file is imported as it is: callbacks as inactive rules, everything else told", async () => {
  const { imported, rules } = await start();
  const answer = await imported(sample);
  assert.equal(answer.changed, true);
  assert.deepEqual(
    answer.imported.map(({ path, active, replaced }) => [path, active, replaced]),
    [0, 1, 3].map((index) => [`messages[${index}]`, false, false]),
  );
  assert.deepEqual(told(answer.left), [
    ...[4, 5, 6, 7, 8].map((index) => `import.other_template messages[${index}].template`),
    // The vendor's own body is no JSON although it says so.
    "import.message_unusable messages[2].payload.templatebody",
  ]);
  assert.deepEqual(told(answer.losses), ["import.not_carried remotes.messages"]);
  assert.ok(told(answer.warnings).includes("template.context_key_free messages[0].payload.templateurl"));
  assert.deepEqual(
    rules().map(({ id, active }) => [id, active]),
    answer.imported.map(({ rule_id }) => [rule_id, false]),
  );
});

test("an imported rule fires on the hit that the message was for, once it is active", async () => {
  const { imported, under, http } = await start();
  const url = "https://my.server.com/?user={user.name}&zip={user.zip}&c16={%sdkver%}&c27=cln,{a.PrevSessionLength}";
  const message = {
    ...state,
    payload: { templateurl: url },
    triggers: [{ key: "pageName", matches: "eq", values: ["MainMenu"] }],
  };
  await imported({ messages: [message] }, "?activate=true");
  const hit = (pageName: string) =>
    http.ask({
      method: "POST",
      url: "/v1/events",
      payload: {
        app_id: "com.example.game",
        event_type: "hit",
        event_name: "state",
        sdk_version: "4.6.0-AN",
        context: { pageName, "user.name": "bob", "user.zip": "90210", "a.PrevSessionLength": "132" },
      },
    });
  await hit("Settings");
  await hit("MainMenu");
  await under.clock.rest();
  assert.deepEqual(
    under.sender.orders.map(({ request }) => request.url),
    ["https://my.server.com/?user=bob&zip=90210&c16=4.6.0-AN&c27=cln,132"],
  );
});

test("a dry run tells the same and changes nothing", async () => {
  const { imported, rules } = await start();
  const dry = await imported(sample, "?dry_run=true&activate=true");
  assert.deepEqual([dry.changed, dry.dry_run, dry.imported.length, rules().length], [false, true, 3, 0]);
  const done = await imported(sample, "?activate=true");
  assert.deepEqual({ ...done, dry_run: true, changed: false, revision: dry.revision }, dry);
});

test("an import that is asked for again with its idempotency key is done once", async () => {
  const { http, rules } = await start();
  const ask = (activate: boolean) =>
    http.ask({
      method: "POST",
      url: `/v1/apps/com.example.game/rules/import?replace=true&activate=${activate}`,
      payload: { messages: [action] },
      headers: { "idempotency-key": "k-1" },
    });
  const first = assertAnswers(routes.importRules, await ask(true));
  const url = `/v1/apps/com.example.game/rules/${first.imported[0]?.rule_id}`;
  await http.ask({ method: "PATCH", url, payload: { active: false } });
  assert.deepEqual(assertAnswers(routes.importRules, await ask(true)), first);
  assert.equal(rules()[0]?.active, false, "what was changed since then stays");
  assertProblem(await ask(false), 422, "request.idempotency_key");
});

test("an import that was prepared for another revision of the catalog loses the race", async () => {
  const { http, imported, rules } = await start();
  const { revision } = await imported({ messages: [action] }, "?dry_run=true");
  const ask = (ifMatch: string) =>
    http.ask({
      method: "POST",
      url: "/v1/apps/com.example.game/rules/import",
      payload: { messages: [action] },
      headers: { "if-match": ifMatch },
    });
  assertProblem(await ask(`"${revision - 1}"`), 412, "catalog.lost_race");
  assertProblem(await ask("latest"), 400, "request.invalid");
  assert.equal(rules().length, 0);
  const done = await ask(`"${revision}"`);
  assert.equal(done.headers["etag"], `"${assertAnswers(routes.importRules, done).revision}"`);
  assert.equal(rules().length, 1);
  assertProblem(await ask(`"${revision}"`), 412, "catalog.lost_race");
});

test("a rule that is there stays as it is, unless it is to be replaced", async () => {
  const { imported, rules } = await start();
  await imported({ messages: [action] }, "?activate=true");
  const again = await imported({ messages: [action, state] });
  assert.deepEqual(told(again.left), ["import.rule_exists messages[0].messageId"]);
  assert.deepEqual(
    rules().map(({ active }) => active),
    [true, false],
  );
  const replaced = await imported({ messages: [action] }, "?replace=true");
  assert.deepEqual(
    replaced.imported.map((one) => [one.active, one.replaced]),
    [[false, true]],
  );
  assert.deepEqual(
    rules().map(({ active }) => active),
    [false, false],
  );
  assert.equal((await imported({ messages: [action] }, "?replace=true")).changed, false);
});

test("messages that the catalog refuses are left with their reason, and the others are taken", async () => {
  const { imported, rules } = await start();
  const bad = (id: string, templateurl: string) => ({ ...state, messageId: id, payload: { templateurl } });
  const answer = await imported({
    messages: [
      bad("ftp", "ftp://a.example/"),
      bad("host", "https://{user.name}.example/"),
      bad("has blank", "https://a.example/"),
      { ...state, messageId: "dates", startDate: 20, endDate: 10 },
      action,
    ],
  });
  assert.deepEqual(told(answer.left).toSorted(), [
    "import.message_unusable messages[0].payload.templateurl",
    "import.message_unusable messages[1].payload.templateurl",
    "import.message_unusable messages[2].messageId",
    "import.message_unusable messages[3].endDate",
  ]);
  assert.match(
    answer.left.find(({ path }) => path.includes("[2]"))?.message ?? "",
    /^messages\[2\]\.messageId: write /,
  );
  assert.deepEqual(
    rules().map(({ id }) => id),
    [action["messageId"]],
  );
});

test("of a file with more mistakes than can be told the first are, and how many there are besides", async () => {
  const { imported } = await start();
  const strangers = Object.fromEntries(Array.from({ length: 3000 }, (_one, index) => [`x${index}`, 1]));
  const { losses, imported: rules } = await imported({ messages: [{ ...state, ...strangers }] });
  assert.deepEqual([losses.length, rules.length], [2001, 1]);
  assert.match(losses.at(-1)?.message ?? "", /^and 1000 more/);
});

test("more rules than an app may have are refused as a whole", async () => {
  const { post, rules } = await start();
  const messages = Array.from({ length: 201 }, (_one, index) => ({ ...state, messageId: `m${index}` }));
  assertProblem(await post({ messages }), 422, "catalog.refused");
  assert.equal(rules().length, 0);
});

test("what is no such file, and an app that is not the caller's, is refused", async () => {
  const { post, http } = await start();
  assertProblem(await post({}), 400, "request.invalid");
  assertProblem(await post({ messages: {} }), 400, "request.invalid");
  assertProblem(await post("{", ""), 400, "request.json_malformed");
  assertProblem(await post(sample, "?active=true"), 400, "request.unknown_field");
  assertProblem(await post(sample, "", "nobody"), 404, "app.not_found");
  const key = { kind: "management", name: "them", account_id: "elsewhere", role: "owner" };
  const foreign = await http.ask({ method: "POST", url: "/v1/keys", payload: key });
  const headers = { authorization: `Bearer ${foreign.json().key}`, "content-type": "application/json" };
  const url = "/v1/apps/com.example.game/rules/import";
  assertProblem(await http.app.inject({ method: "POST", url, payload: sample, headers }), 404, "app.not_found");
});
