import assert from "node:assert/strict";
import test from "node:test";
import { type CallerName, type SeveralAccounts, severalAccounts, shop } from "#test/support/several-accounts.ts";

type Request = {
  readonly method?: "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: string;
  readonly payload?: object;
};

const ask = ({ app, headersOf }: SeveralAccounts, caller: CallerName, { payload, ...request }: Request) =>
  app.inject({ ...request, ...(payload === undefined ? {} : { payload }), headers: headersOf(caller) });

/** acme's app is removed by its owner; what was sent for it stays in the log. */
const withoutTheShop = async () => {
  const world = await severalAccounts();
  const removal = { method: "DELETE", url: `/v1/apps/${shop}?cancel_waiting=true` } as const;
  const removed = await ask(world, "owner", removal);
  assert.equal(removed.statusCode, 200, removed.body);
  return world;
};
const eventsSeen = async (world: SeveralAccounts, caller: CallerName) =>
  (await ask(world, caller, { url: `/v1/events?app_id=${shop}` })).json().data.length;

test("the id of a removed app is not another account's to take, by whichever way it is made", async () => {
  const world = await withoutTheShop();
  const ways: readonly Request[] = [
    { method: "POST", url: "/v1/apps", payload: { id: shop } },
    { method: "PUT", url: `/v1/apps/${shop}`, payload: {} },
    { method: "PUT", url: `/v1/apps/${shop}?dry_run=true`, payload: {} },
    { method: "PUT", url: "/v1/catalog", payload: { carom: 1, apps: [{ id: shop }] } },
  ];
  for (const way of ways) {
    const refused = await ask(world, "rival", way);
    assert.equal(refused.statusCode, 422, `${way.url}: ${refused.body}`);
    const [error] = refused.json().errors;
    assert.equal(error.code, "catalog.id_taken");
    assert.equal(error.path, way.url === "/v1/catalog" ? "apps[0].id" : "id");
    assert.ok(!refused.body.includes('acme"'), "whose it was is not told");
  }
  assert.equal(await eventsSeen(world, "rival"), 0);
});

test("whoever had an app makes it again, and has its log again", async () => {
  const world = await withoutTheShop();
  assert.equal(await eventsSeen(world, "owner"), 0);
  const again = await ask(world, "owner", { method: "PUT", url: `/v1/apps/${shop}`, payload: {} });
  assert.equal(again.statusCode, 200, again.body);
  assert.equal(await eventsSeen(world, "owner"), 2);
});

test("an operator hands a removed app over by two steps, and not by an oversight", async () => {
  const world = await withoutTheShop();
  const put = (account: string) =>
    ask(world, "operator", { method: "PUT", url: `/v1/apps/${shop}`, payload: { account_id: account } });
  assert.equal((await put("rival")).json().errors[0].code, "catalog.id_taken");
  assert.equal((await put("acme")).statusCode, 200);
  assert.equal((await put("rival")).statusCode, 200);
  assert.equal(await eventsSeen(world, "rival"), 2);
});

test("the id of a removed partner is not another account's to take", async () => {
  const world = await severalAccounts();
  const removed = await ask(world, "net", { method: "DELETE", url: "/v1/partners/net_int?cascade=true" });
  // Integrations with it are the advertisers': the operator takes them out with it.
  assert.equal(removed.statusCode, 403, removed.body);
  const cascade = { method: "DELETE", url: "/v1/partners/net_int?cascade=true&cancel_waiting=true" } as const;
  assert.equal((await ask(world, "operator", cascade)).statusCode, 200);
  const payload = {
    id: "net_int",
    templates: [{ event_kind: "install", dialect: "carom", url: "https://n.example/" }],
  };
  const refused = await ask(world, "rival", { method: "POST", url: "/v1/partners", payload });
  assert.equal(refused.json().errors[0].code, "catalog.id_taken", refused.body);
  const again = await ask(world, "net", { method: "POST", url: "/v1/partners", payload });
  assert.equal(again.statusCode, 201, again.body);
});

test("an account that is made again is told what it gets back", async () => {
  const world = await severalAccounts();
  const url = "/v1/accounts/dim";
  assert.equal((await ask(world, "operator", { method: "DELETE", url })).statusCode, 200);
  const again = await ask(world, "operator", { method: "PUT", url, payload: { kind: "agency" } });
  assert.equal(again.statusCode, 200, again.body);
  assert.ok(
    again.json().warnings.some(({ code }: { code: string }) => code === "catalog.account_again"),
    again.body,
  );
  const fresh = await ask(world, "operator", { method: "PUT", url: "/v1/accounts/new", payload: { kind: "agency" } });
  assert.deepEqual(fresh.json().warnings, []);
});
