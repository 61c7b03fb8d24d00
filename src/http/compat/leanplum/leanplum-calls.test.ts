import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import type { InjectOptions } from "fastify";
import { leanplumEnvelope } from "#src/contract/leanplum-contract.ts";
import { retryPolicies } from "#src/core/postbacks/retry-policies.ts";
import type { EngineCatalog } from "#src/engine/operate/catalog-change.ts";
import { aCatalog, anApp, aRule } from "#test/support/a-catalog.ts";
import { anEngine } from "#test/support/an-engine.ts";
import { anHttpOver, assertProblem } from "#test/support/an-http.ts";

const app = "com.example.game";

const start = async ({ wrap }: { readonly wrap?: (catalog: EngineCatalog) => EngineCatalog } = {}) => {
  const catalog = aCatalog({
    apps: [anApp({ integrations: [], rules: [aRule({ id: "crashes" })] }), anApp({ id: "other" })],
  });
  const under = await anEngine({ catalog });
  const engine = wrap === undefined ? under.engine : { ...under.engine, catalog: wrap(under.engine.catalog) };
  const http = await anHttpOver({ ...under, engine });
  const made = await http.ask({
    method: "POST",
    url: "/v1/keys",
    payload: { kind: "export", name: "crm", app_id: app },
  });
  const clientKey: string = made.json().key;
  const call = async (question: InjectOptions) => {
    const answer = await http.app.inject(question);
    const { response } = leanplumEnvelope.parse(answer.json());
    assert.equal(response.length, 1);
    const [only] = response;
    return { status: answer.statusCode, ...(only ?? assert.fail()) };
  };
  const common = `appId=${app}&clientKey=${clientKey}&apiVersion=1.0.6`;
  const add = (rest: string) => call({ method: "POST", url: `/api?action=addPostback&${common}&${rest}` });
  const list = async () => (await call({ url: `/api?action=listPostbacks&${common}` })).postbacks ?? assert.fail();
  const rules = () => under.engine.catalog.current().catalog.apps[0]?.rules ?? [];
  return { under, http, clientKey, call, common, add, list, rules };
};
const url = "https://hooks.example/?m={{Message ID}}%26e={{Message event}}";
const plainUrl = "https://hooks.example/?m={{Message ID}}&e={{Message event}}";

test("the documented calls add, list and delete a postback", async () => {
  const { add, list, call, common, rules } = await start();
  const added = await add(`type=messageEvents&channels=[Push Notification, In-app Message]&postbackUrl=${url}`);
  assert.deepEqual([added.status, added.success, added.warning, added.error], [200, true, undefined, undefined]);
  const rule = rules().at(-1);
  assert.deepEqual(rule?.when, { style: "message_events", channels: ["Push Notification", "In-app Message"] });
  assert.deepEqual(
    [rule.active, rule.request.method, rule.request.body, rule.request.url],
    [true, "POST", null, plainUrl],
  );
  assert.deepEqual(rule.retryPolicy, retryPolicies.leanplum);
  assert.deepEqual(await list(), [{ postbackId: added.postbackId, type: "messageEvents", postbackUrl: plainUrl }]);
  const removal = {
    method: "POST",
    url: `/api?action=deletePostback&${common}&postbackId=${added.postbackId}`,
  } as const;
  assert.deepEqual(await call(removal), { status: 200, success: true });
  assert.deepEqual(await list(), []);
  // The app's other rules are none of these calls'.
  assert.deepEqual(
    rules().map(({ id }) => id),
    ["crashes"],
  );
  assert.deepEqual(await call(removal), {
    status: 200,
    success: true,
    warning: { message: "Postback not found; request skipped." },
  });
});

test("arguments stand in the query, a form or a JSON object, of either method", async () => {
  const { call, clientKey, common, list } = await start();
  const members = { action: "addPostback", appId: app, clientKey, apiVersion: "1.0.6" };
  const form = (more: Readonly<Record<string, string>>) => new URLSearchParams({ ...members, ...more }).toString();
  const answers = [
    await call({
      method: "POST",
      url: "/api",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      payload: form({ type: "messageEvents", channels: "[Email]", postbackUrl: plainUrl }),
    }),
    await call({
      method: "POST",
      url: "/api?action=addPostback",
      headers: { "content-type": "application/json" },
      payload: JSON.stringify({
        ...members,
        devMode: true,
        type: "abTestEvents",
        postbackUrl: "https://a.example/?v={{Variant ID}}",
      }),
    }),
    await call({
      method: "GET",
      url: `/api?action=addPostback&${common}&channels=["Email","In-app Message"]&postbackUrl=${url}`,
    }),
  ];
  for (const answer of answers) assert.deepEqual([answer.status, answer.success, answer.error], [200, true, undefined]);
  assert.deepEqual(
    (await list()).map(({ type }) => type),
    ["messageEvents", "abTestEvents", "messageEvents"],
  );
  assert.equal(new Set(answers.map(({ postbackId }) => postbackId)).size, 3);
});

test("an app has three, and the fourth is refused in the vendor's form", async () => {
  const { add, list } = await start();
  for (const index of [1, 2, 3]) assert.equal((await add(`postbackUrl=https://a.example/${index}`)).error, undefined);
  const fourth = await add("postbackUrl=https://a.example/4");
  assert.deepEqual(fourth, {
    status: 200,
    success: true,
    error: { message: "The maximum number of postbacks allowed is 3 per app." },
  });
  assert.equal((await list()).length, 3);
});

test("a call that is repeated adds nothing, and answers the id of the one that is there", async () => {
  const { add, list } = await start();
  const first = await add(`channels=[Email]&postbackUrl=${url}`);
  const again = await add(`channels=Email&postbackUrl=${url}`);
  assert.deepEqual(again, {
    status: 200,
    success: true,
    postbackId: first.postbackId,
    warning: { message: "Postback exists; request skipped." },
  });
  assert.equal((await list()).length, 1);
});

test("postbacks that are added at one instant have an id each, and keep it", async () => {
  const { add, list, rules, under } = await start();
  const at = under.clock.now();
  const urls = ["https://a.example/1", "https://a.example/2", "https://a.example/3"];
  const added = await Promise.all(urls.map((one) => add(`postbackUrl=${one}`)));
  assert.equal(under.clock.now(), at);
  const ids = added.map(({ postbackId }) => postbackId);
  assert.equal(new Set(ids).size, 3);
  assert.ok(ids.every(Number.isSafeInteger));
  assert.deepEqual(
    (await list()).map(({ postbackId, postbackUrl }) => [postbackUrl, postbackId]).toSorted(),
    urls.map((one, index) => [one, ids[index]]),
  );
  for (const [index, one] of urls.entries())
    assert.equal((await add(`postbackUrl=${one}`)).postbackId, ids[index], "asked for again");
  assert.equal(rules().filter(({ id }) => id === String(ids[0])).length, 1);
});

test("an id that somebody gave a rule by hand is left to it", async () => {
  const { add, http, under } = await start();
  const next = under.engine.catalog.current().revision + 2;
  const named = {
    id: String(next * 1_000),
    name: "by hand",
    style: "custom",
    template: { dialect: "carom", url: "https://a.example/" },
  };
  const triggers = [{ key: "event_name", matches: "eq", values: ["x"] }];
  const made = await http.ask({ method: "POST", url: `/v1/apps/${app}/rules`, payload: { ...named, triggers } });
  assert.equal(made.statusCode, 201, made.body);
  assert.equal((await add("postbackUrl=https://a.example/1")).postbackId, next * 1_000 + 1);
});

test("an id is not given twice, also after what had it was deleted, at one instant", async () => {
  const { add, call, common } = await start();
  const first = await add("postbackUrl=https://a.example/1");
  await call({ method: "POST", url: `/api?action=deletePostback&${common}&postbackId=${first.postbackId}` });
  const second = await add("postbackUrl=https://a.example/2");
  const third = await add("postbackUrl=https://a.example/3");
  assert.equal(new Set([first, second, third].map(({ postbackId }) => postbackId)).size, 3);
});

test("what was received and cannot be done says why, and nothing is changed", async () => {
  const { add, rules } = await start();
  for (const [rest, words] of [
    [
      "type=sessions&postbackUrl=https://a.example/",
      /^Unknown type: sessions\. There are messageEvents and abTestEvents/,
    ],
    ["channels=[SMS]&postbackUrl=https://a.example/", /^Unknown channel: SMS\. There are Push Notification, Email/],
    ["postbackUrl=ftp://a.example/", /^postbackUrl: /],
    ["postbackUrl=https://a.example/?x={{Mesage ID}}", /^postbackUrl: .*did you mean \{\{Message ID\}\}/],
    ["postbackUrl=https://{{User ID}}.example/", /^postbackUrl: /],
    ["postbackUrl=https://a.example/?x={{User ID}}&y={{Device ID}}", /^y is no argument .* write & as %26/],
  ] as const) {
    const answer = await add(rest);
    assert.deepEqual([answer.status, answer.success, answer.postbackId], [200, true, undefined], rest);
    assert.match(answer.error?.message ?? "", words);
  }
  assert.equal(rules().length, 1);
});

test("what was not received is success false, with a status that says so", async () => {
  const { call, clientKey, common, http } = await start();
  const refused = async (question: InjectOptions, status: number, words: RegExp) => {
    const answer = await call(question);
    assert.deepEqual([answer.status, answer.success], [status, false], JSON.stringify(answer));
    assert.match(answer.error?.message ?? "", words);
  };
  const listed = (more: string) => ({ url: `/api?action=listPostbacks&${more}` });
  const key = { kind: "management", name: "viewer", role: "viewer" };
  const viewer = await http.ask({ method: "POST", url: "/v1/keys", payload: key });
  await refused({ url: `/api?${common}` }, 400, /^Missing argument: action$/);
  await refused(listed(`clientKey=${clientKey}`), 400, /^Missing argument: appId$/);
  await refused(listed(`appId=${app}`), 400, /^Missing argument: clientKey$/);
  await refused(listed(`${common}&apiVersion=2`.replace("apiVersion=1.0.6&", "")), 400, /^Unsupported apiVersion: 2/);
  await refused({ url: `/api?action=multi&${common}` }, 400, /^Unknown action: multi/);
  await refused({ url: `/api?action=addPostback&${common}` }, 400, /^Missing argument: postbackUrl$/);
  await refused({ url: `/api?action=deletePostback&${common}` }, 400, /^Missing argument: postbackId$/);
  await refused({ method: "POST", url: "/api", payload: "{oops" }, 400, /no JSON object/);
  await refused({ method: "POST", url: "/api", payload: Buffer.from([0xff]) }, 400, /UTF-8/);
  await refused({ method: "POST", url: "/api", payload: "x=".padEnd(70_000, "x") }, 413, /./);
  for (const key of [http.keys.ingest, viewer.json().key, "carom_export_nobody", "k".repeat(300)])
    await refused(listed(`appId=${app}&clientKey=${key}`), 403, /^Invalid access key$/);
  // Of one app, and of no other.
  await refused(listed(`appId=other&clientKey=${clientKey}`), 403, /^Invalid access key$/);
  await refused(listed(`appId=nobody&clientKey=${http.keys.management}`), 403, /^Invalid access key$/);
});

test("an export key opens no app that is another account's by now", async () => {
  const { call, http, common } = await start();
  const listed = { url: `/api?action=listPostbacks&${common}` };
  assert.equal((await call(listed)).status, 200);
  const put = { method: "PUT", url: "/v1/accounts/acme", payload: { kind: "advertiser" } } as const;
  assert.equal((await http.ask(put)).statusCode, 200);
  const moved = await http.ask({ method: "PATCH", url: `/v1/apps/${app}`, payload: { account_id: "acme" } });
  assert.equal(moved.statusCode, 200, moved.body);
  assert.deepEqual([(await call(listed)).status, (await call(listed)).error?.message], [403, "Invalid access key"]);
});

test("a management key that may change the app is taken too, and a client that asks for problems gets them", async () => {
  const { call, http, clientKey } = await start();
  const listed = (key: string) => `/api?action=listPostbacks&appId=other&clientKey=${key}`;
  assert.deepEqual((await call({ url: listed(http.keys.management) })).postbacks, []);
  const headers = { accept: "application/problem+json" };
  assertProblem(await http.app.inject({ url: listed(clientKey), headers }), 401, "auth.unknown_key");
  assertProblem(await http.app.inject({ url: "/api", headers }), 401, "auth.missing");
});

test("a lost race is run again, and told when it never ends", async () => {
  const races = (count: number) => {
    let left = count;
    return (catalog: EngineCatalog): EngineCatalog => ({
      current: catalog.current,
      revisionOf: catalog.revisionOf,
      change: catalog.change,
      edit: (order) => {
        left -= 1;
        return left >= 0 ? Promise.resolve({ kind: "lost_race", revision: 1 }) : catalog.edit(order);
      },
    });
  };
  const some = await start({ wrap: races(3) });
  assert.equal((await some.add("postbackUrl=https://a.example/")).error, undefined);
  assert.equal((await some.list()).length, 1);
  const many = await start({ wrap: races(100) });
  const answer = await many.add("postbackUrl=https://a.example/");
  assert.deepEqual([answer.status, answer.success], [503, false]);
});

test("what was added is posted when a message has an event of its channel, and is in the history with who did it", async () => {
  const { add, under, http } = await start();
  await add(
    `channels=[Push Notification]&postbackUrl=https://hooks.example/?m={{Message ID}}%26e={{Message event}}%26c={{Message channel}}%26t={{Trigger time}}`,
  );
  const send = (event: string, channel: string) =>
    http.ask({
      method: "POST",
      url: "/v1/events",
      payload: {
        app_id: app,
        event_type: "message_event",
        event_name: event,
        event_time: "2026-01-14T12:00:00.000Z",
        message: { id: "4711", event, channel },
      },
    });
  await send("Open", "Push Notification");
  await send("Open", "Email");
  await under.clock.rest();
  assert.deepEqual(
    under.sender.orders.map(({ request }) => [request.method, request.url, request.body]),
    [["POST", `https://hooks.example/?m=4711&e=Open&c=push&t=${Date.parse("2026-01-14T12:00:00Z")}`, null]],
  );
  const revision = await under.storage.catalog.revision();
  assert.deepEqual([revision?.savedBy, revision?.account], ["crm", "main"]);
});

test("whoever can open the local socket needs no key", async () => {
  const under = await anEngine({ catalog: aCatalog({ apps: [anApp()] }) });
  const http = await anHttpOver({ ...under, access: "local" });
  const list = (of: string) => http.app.inject({ url: `/api?action=listPostbacks&appId=${of}` });
  assert.deepEqual((await list(app)).json(), { response: [{ success: true, postbacks: [] }] });
  assert.deepEqual((await list("nobody")).json(), {
    response: [{ success: true, error: { message: "App nobody is not in the catalog." } }],
  });
});

test("whatever the arguments are, the answer is an envelope and no failure of the server", async () => {
  const { call, clientKey, rules } = await start();
  const given = fc.record(
    {
      action: fc.constantFrom("addPostback", "listPostbacks", "deletePostback", "multi"),
      appId: fc.constantFrom(app, app, "other"),
      clientKey: fc.constant(clientKey),
      type: fc.oneof(fc.constantFrom("messageEvents", "abTestEvents"), fc.jsonValue()),
      channels: fc.oneof(fc.constantFrom("[Email]", "[Push Notification, In-app Message]"), fc.jsonValue()),
      postbackUrl: fc.oneof(fc.webUrl({ withQueryParameters: true }), fc.string(), fc.jsonValue()),
      postbackId: fc.oneof(fc.nat(), fc.jsonValue()),
      __proto__: fc.jsonValue(),
    },
    { requiredKeys: ["clientKey"] },
  );
  await fc.assert(
    fc.asyncProperty(given, fc.boolean(), async (members, inQuery) => {
      const texts = Object.entries(members).map(([name, value]): [string, string] => [
        name,
        typeof value === "string" ? value : JSON.stringify(value),
      ]);
      const answer = inQuery
        ? await call({ method: "POST", url: `/api?${new URLSearchParams(texts).toString()}` })
        : await call({ method: "POST", url: "/api", payload: JSON.stringify(members) });
      assert.ok(answer.status < 500, JSON.stringify(answer));
      assert.ok(rules().length <= 4, "one rule of its own, and three of these calls");
    }),
    { numRuns: 400 },
  );
});
