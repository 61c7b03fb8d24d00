import assert from "node:assert/strict";
import test from "node:test";
import { nodeHashes } from "#src/adapters/system/node-hashes.ts";
import { routes } from "#src/contract/routes.ts";
import { aCatalog, anAccount, anApp, anIntegration } from "#test/support/a-catalog.ts";
import { assertAnswers, assertProblem } from "#test/support/an-http.ts";
import { resourceCalls } from "#test/support/resource-calls.ts";

const game = "com.example.game";
const acme = anAccount({ id: "acme", kind: "advertiser", afPrtNames: [] });
const rival = anAccount({ id: "rival", kind: "advertiser", afPrtNames: [] });

const start = async () => {
  const apps = [
    anApp({ accountId: acme.id, integrations: [anIntegration({})] }),
    anApp({ id: "rivals", accountId: rival.id, integrations: [] }),
  ];
  const calls = await resourceCalls(aCatalog({ accounts: [acme, rival], apps }));
  const audit = async (query = "", ask: (what: string) => ReturnType<typeof calls.call> = calls.call) =>
    assertAnswers(routes.readAudit, await ask(`GET /v1/audit${query}`));
  const told = async (query = "", ask?: Parameters<typeof audit>[1]) =>
    (await audit(query, ask)).data.map(({ key, change }) => `${change} ${key}`);
  return { ...calls, audit, told };
};

test("what is done to keys is told with who did it, and no secret text of a key", async () => {
  const { call, audit } = await start();
  const made = (await call("POST /v1/keys", { kind: "ingest", name: "ios", app_id: game })).json();
  const rotated = (await call(`POST /v1/keys/${made.id}/rotate`, { overlap: "1h" })).json();
  await call(`DELETE /v1/keys/${made.id}`);
  const { data } = await audit(`?key=key/${made.id}`);
  assert.deepEqual(
    data.map(({ change, by, account_id, app_id, revision }) => [change, by, account_id, app_id, revision]),
    ["removed", "rotated", "made"].map((change) => [change, "an operator", "acme", game, null]),
  );
  assert.deepEqual([data[1]?.after?.["id"], data[2]?.after?.["name"]], [rotated.id, "ios"]);
  assert.ok(!JSON.stringify(data).includes(made.key) && !JSON.stringify(data).includes(rotated.key));
});

test("secrets are told by their names, and never by their values", async () => {
  const { call, audit, told } = await start();
  await call("PUT /v1/secrets/net.key", { value: "hush-hush" });
  await call("DELETE /v1/secrets/net.key");
  await call("DELETE /v1/secrets/net.key");
  assert.deepEqual(await told("?kind=secret"), ["removed secret/net.key", "set secret/net.key"]);
  assert.ok(!JSON.stringify(await audit()).includes("hush"));
});

test("an erasure is told with its counts and the hash of each id, and a dry run is not", async () => {
  const { call, audit, under } = await start();
  const identifiers = [{ kind: "user_id", value: "bob" }];
  await call("POST /v1/events", { app_id: game, event_name: "purchase", customer_user_id: "bob" });
  await under.clock.rest();
  await call("DELETE /v1/users-data?dry_run=true", { identifiers, app_id: game });
  await call("DELETE /v1/users-data", { identifiers, app_id: game });
  const { data } = await audit(`?key=erasure/user_id/${nodeHashes.sha256("bob")}`);
  assert.deepEqual(
    data.map(({ account_id, after }) => [account_id, after?.["stage"], after?.["linked_identifiers"]]),
    [
      ["acme", "done", 0],
      ["acme", "begun", undefined],
    ],
  );
  assert.ok(!JSON.stringify(await audit()).includes("bob"));
});

test("pauses, work in bulk, notices and rates are told, and what only counts is not", async () => {
  const { call, told, audit } = await start();
  await call(`POST /v1/apps/${game}/pause`, {});
  await call(`POST /v1/apps/${game}/resume`, {});
  await call("POST /v1/everything/pause", {});
  const filter = { app_id: game, user_id: "bob" };
  for (const dry_run of [true, false]) {
    await call("POST /v1/replays", { filter, dry_run });
    await call("POST /v1/backfills", { filter: { app_id: game }, dry_run });
    await call("POST /v1/postbacks/cancel", { filter, dry_run });
    await call("POST /v1/postbacks/rerender", { filter, dry_run });
  }
  const to = { kind: "webhook", url: "https://hooks.example/T0/very-secret", secret: null };
  const notice = (await call("POST /v1/notices", { name: "ops", kinds: "*", to })).json();
  await call(`PUT /v1/notices/${notice.id}`, { name: "on call", kinds: "*", to });
  await call(`DELETE /v1/notices/${notice.id}`);
  await call("POST /v1/rates", { rates: [] });
  const kinds = (await told()).map((line) => line.replace(/(notice|replay|backfill)\/.*/, "$1"));
  assert.deepEqual(
    kinds.filter((line) => !/account|partner|integration|everything$/.test(line) && !line.includes("made app")),
    [
      "imported rates/all",
      "removed notice",
      "changed notice",
      "made notice",
      // When it began, and when it had ended.
      ...["rerendered postback/by_filter", "rerendered postback/by_filter"],
      ...["cancelled postback/by_filter", "cancelled postback/by_filter"],
      "started backfill",
      "started replay",
      `resumed pause/app/${game}`,
      `paused pause/app/${game}`,
    ],
  );
  assert.deepEqual(await told("?key=pause/everything"), ["paused pause/everything"]);
  const everything = JSON.stringify(await audit());
  assert.ok(!everything.includes("bob") && !everything.includes("very-secret"), everything);
});

test("changes of the catalog and what was done besides come in the order of time, in pages of one cursor", async () => {
  const { call, told, audit, under } = await start();
  await under.clock.turn(1000);
  for (const name of ["one", "two", "three"]) {
    await call(`PUT /v1/secrets/${name}`, { value: "v" });
    await under.clock.turn(1000);
    await call(`PATCH /v1/apps/${game}`, { name });
    await under.clock.turn(1000);
  }
  const all = await told();
  assert.deepEqual(all.slice(0, 6), [
    `changed app/${game}`,
    "set secret/three",
    `changed app/${game}`,
    "set secret/two",
    `changed app/${game}`,
    "set secret/one",
  ]);
  for (const limit of [1, 2, 3, 5]) {
    const paged: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: Awaited<ReturnType<typeof audit>> = await audit(
        `?limit=${limit}${cursor === "" ? "" : `&cursor=${cursor}`}`,
      );
      assert.ok(page.data.length <= limit);
      paged.push(...page.data.map(({ key, change }) => `${change} ${key}`));
      cursor = page.next_cursor;
    }
    assert.deepEqual(paged, all);
  }
  assert.deepEqual(await told(`?app_id=${game}&limit=1`), [`changed app/${game}`]);
  assertProblem(await call("GET /v1/audit?cursor=7"), 400, "request.invalid");
});

test("an account's admin reads what was done to its own things and by its own people, and an editor the catalog alone", async () => {
  const { call, as, told } = await start();
  const admin = await as("acme", "admin");
  const other = await as("rival", "admin");
  await call(`POST /v1/apps/${game}/pause`, {});
  await admin("PUT /v1/secrets/own", { value: "v" });
  const ofAcme = await told("?kind=pause", admin);
  assert.deepEqual(ofAcme, [`paused pause/app/${game}`]);
  assert.deepEqual(await told("?kind=secret", admin), ["set secret/own"]);
  assert.equal((await told("?kind=key", admin)).length, 1);
  assert.deepEqual(await told("?kind=pause", other), []);
  assert.deepEqual(await told("?kind=secret&account_id=acme", other), []);
  const editor = await as("acme", "editor");
  assert.deepEqual(await told("?kind=secret", editor), []);
  assert.ok((await told("", editor)).every((line) => !/secret|pause|key/.test(line)));
});

test("what was done by a filter on an app that its caller does not see is no act on that app, and does not tell whose it is", async () => {
  const { audit, as } = await start();
  const [admin, other] = [await as("acme", "admin"), await as("rival", "admin")];
  for (const act of ["replays", "backfills", "postbacks/cancel", "postbacks/rerender"])
    await other(`POST /v1/${act}`, { filter: { app_id: game }, dry_run: false });
  const places = async (ask: typeof admin, query: string) =>
    (await audit(query, ask)).data.flatMap(({ account_id, app_id, by_id }) =>
      by_id === null ? [] : [[account_id, app_id]],
    );
  assert.deepEqual(await places(other, `?account_id=acme`), []);
  assert.deepEqual(await places(other, `?app_id=${game}`), []);
  for (const kind of ["replay", "backfill", "postback"]) {
    const own = new Set((await places(other, `?kind=${kind}`)).map((place) => place.join(" of ")));
    assert.deepEqual([...own], ["rival of "]);
    assert.deepEqual(await places(admin, `?kind=${kind}`), []);
  }
  await admin("POST /v1/replays", { filter: { app_id: game }, dry_run: false });
  assert.deepEqual(await places(admin, "?kind=replay"), [["acme", game]]);
});
