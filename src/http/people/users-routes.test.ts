import assert from "node:assert/strict";
import { test } from "node:test";
import { sessionRoutes } from "#src/contract/session-contract.ts";
import { userRoutes } from "#src/contract/users-contract.ts";
import { aCatalog, anAccount } from "#test/support/a-catalog.ts";
import { aBrowser, aPerson, invite, password, signIn } from "#test/support/a-person.ts";
import { anEngine } from "#test/support/an-engine.ts";
import { anHttp, anHttpOver, assertAnswers, assertProblem } from "#test/support/an-http.ts";

const idOf = async (http: Awaited<ReturnType<typeof anHttp>>, email: string): Promise<string> => {
  const { data } = assertAnswers(userRoutes.listUsers, await http.ask({ url: "/v1/users" }));
  return data.find((user) => user.email === email)?.id ?? assert.fail(`${email} is not a member`);
};
const withAccounts = async () => {
  const accounts = ["acme", "rival"].map((id) => anAccount({ id, kind: "advertiser", afPrtNames: [] }));
  return anHttpOver(await anEngine({ catalog: aCatalog({ accounts }) }));
};

test("who is invited comes in by the link, once, and is then a member", async () => {
  const http = await anHttp();
  const payload = { email: "Ada@Example.com", role: "admin" };
  const { user, link } = assertAnswers(
    userRoutes.inviteUser,
    await http.ask({ method: "POST", url: "/v1/users", payload }),
  );
  assert.deepEqual(
    [user.email, user.status, user.role, user.account_id],
    ["ada@example.com", "invited", "admin", "main"],
  );
  assert.equal(link.url, `http://127.0.0.1:8080/invite/${link.token}`);
  const url = `/v1/invitations/${link.token}`;
  const told = assertAnswers(sessionRoutes.readInvitation, await http.app.inject({ url }));
  assert.deepEqual(
    [told.kind, told.email, told.account_name, told.role, told.joins],
    ["invitation", "ada@example.com", "main", "admin", false],
  );
  const browser = aBrowser(http);
  const accept = { method: "POST", url, payload: { name: "Ada", password } } as const;
  assertProblem(await browser.ask({ ...accept, payload: { password } }), 400, "link.field_missing");
  assertProblem(
    await browser.ask({ ...accept, payload: { name: "Ada", password: "too short" } }),
    400,
    "request.invalid",
  );
  assertAnswers(sessionRoutes.acceptInvitation, await browser.ask(accept));
  assert.equal((await browser.ask({ url: "/v1/keys" })).statusCode, 200);
  assertProblem(await browser.ask(accept), 410, "link.used");
  assertProblem(await http.app.inject({ url }), 410, "link.used");
  const { data } = assertAnswers(userRoutes.listUsers, await browser.ask({ url: "/v1/users" }));
  assert.deepEqual(
    data.map(({ status, name, has_password }) => [status, name, has_password]),
    [["active", "Ada", true]],
  );
});

test("two who use a link at once: one comes in", async () => {
  const http = await anHttp();
  const url = `/v1/invitations/${await invite(http)}`;
  const answers = await Promise.all(
    ["Ada", "Eve"].map((name) => aBrowser(http).ask({ method: "POST", url, payload: { name, password } })),
  );
  assert.deepEqual(answers.map(({ statusCode }) => statusCode).toSorted(), [201, 410]);
});

test("a link ends after its days, a newer one voids it, and one that was taken back is unknown", async () => {
  const http = await anHttp();
  const old = await invite(http);
  const newer = await invite(http);
  assertProblem(await http.app.inject({ url: `/v1/invitations/${old}` }), 404, "link.unknown");
  await http.clock.turn(7 * 86_400_000);
  assertProblem(await http.app.inject({ url: `/v1/invitations/${newer}` }), 410, "link.expired");
  const last = await invite(http);
  await http.ask({ method: "DELETE", url: `/v1/users/${await idOf(http, "ada@example.com")}` });
  assertProblem(await http.app.inject({ url: `/v1/invitations/${last}` }), 404, "link.unknown");
  assert.deepEqual((await http.storage.people.all()).users, [], "who was never in is forgotten");
});

test("a reset link sets a new password, ends every session, and works once", async () => {
  const http = await anHttp();
  const ada = await aPerson(http);
  const id = await idOf(http, "ada@example.com");
  const { link } = assertAnswers(
    userRoutes.resetUser,
    await http.ask({ method: "POST", url: `/v1/users/${id}/reset` }),
  );
  assert.equal(link.kind, "reset");
  const browser = aBrowser(http);
  const accept = {
    method: "POST",
    url: `/v1/invitations/${link.token}`,
    payload: { password: "a longer password" },
  } as const;
  assertAnswers(sessionRoutes.acceptInvitation, await browser.ask(accept));
  assertProblem(await ada.ask({ url: "/v1/session" }), 401, "auth.session_ended");
  assertProblem(await browser.ask(accept), 410, "link.used");
  assertProblem(await signIn(aBrowser(http)), 401, "session.wrong_password");
  assert.equal((await signIn(aBrowser(http), { password: "a longer password" })).statusCode, 201);
});

test("a role holds from the next request on; who is shut out or removed is out at once", async () => {
  const http = await anHttp();
  await aPerson(http, { email: "owner@example.com" });
  const ada = await aPerson(http, { role: "admin" });
  const url = `/v1/users/${await idOf(http, "ada@example.com")}`;
  const change = (payload: object) => http.ask({ method: "PATCH", url, payload });
  assertAnswers(userRoutes.changeUser, await change({ role: "viewer" }));
  assertProblem(await ada.ask({ url: "/v1/keys" }), 403, "auth.role");
  assertAnswers(userRoutes.changeUser, await change({ disabled: true }));
  assertProblem(await ada.ask({ url: "/v1/session" }), 401, "auth.session_ended");
  assertProblem(await signIn(ada), 401, "session.wrong_password");
  assertAnswers(userRoutes.changeUser, await change({ disabled: false }));
  assertProblem(await ada.ask({ url: "/v1/session" }), 401, "auth.missing");
  assert.equal((await signIn(ada)).statusCode, 201);
  assertAnswers(userRoutes.removeUser, await http.ask({ method: "DELETE", url }));
  assertProblem(await ada.ask({ url: "/v1/session" }), 401, "auth.session_ended");
  assertProblem(await signIn(ada), 401, "session.wrong_password");
});

test("an account keeps an owner", async () => {
  const http = await anHttp();
  const ada = await aPerson(http);
  const url = `/v1/users/${await idOf(http, "ada@example.com")}`;
  const refused = [
    { method: "PATCH", url, payload: { role: "admin" } },
    { method: "PATCH", url, payload: { disabled: true } },
    { method: "DELETE", url },
  ] as const;
  for (const question of refused) assertProblem(await ada.ask(question), 409, "user.last_owner");
  await invite(http, { email: "bob@example.com" });
  for (const question of refused) assertProblem(await http.ask(question), 409, "user.last_owner");
  await aPerson(http, { email: "bob@example.com" });
  assertAnswers(userRoutes.removeUser, await ada.ask(refused[2]));
});

test("an admin neither makes, changes nor removes an owner", async () => {
  const http = await anHttp();
  await aPerson(http, { email: "owner@example.com" });
  const admin = await aPerson(http, { role: "admin" });
  const url = `/v1/users/${await idOf(http, "owner@example.com")}`;
  const own = `/v1/users/${await idOf(http, "ada@example.com")}`;
  const questions = [
    { method: "POST", url: "/v1/users", payload: { email: "x@example.com", role: "owner" } },
    { method: "PATCH", url: own, payload: { role: "owner" } },
    { method: "PATCH", url, payload: { role: "viewer" } },
    { method: "DELETE", url },
    { method: "POST", url: `${url}/reset` },
  ] as const;
  for (const question of questions) assertProblem(await admin.ask(question), 403, "user.role_too_high");
});

test("a person of two accounts chooses, and is in each what they are there", async () => {
  const http = await withAccounts();
  const ada = await aPerson(http, { account_id: "acme" });
  const token = await invite(http, { account_id: "rival", role: "viewer" });
  const url = `/v1/invitations/${token}`;
  assert.equal((await http.app.inject({ url })).json().joins, true);
  const stranger = aBrowser(http);
  assertProblem(await stranger.ask({ method: "POST", url, payload: { name: "Eve", password } }), 409, "link.join");
  const bob = await aPerson(http, { email: "bob@example.com", account_id: "rival" });
  assertProblem(await bob.ask({ method: "POST", url: `${url}/join` }), 403, "link.other_person");
  const switching = (account: string) =>
    ada.ask({ method: "PATCH", url: "/v1/session", payload: { account_id: account } });
  assertProblem(await switching("rival"), 403, "session.no_account");
  const joined = assertAnswers(sessionRoutes.joinAccount, await ada.ask({ method: "POST", url: `${url}/join` }));
  assert.deepEqual([joined.account_id, joined.role], ["rival", "viewer"]);
  assert.deepEqual(
    joined.accounts.map(({ account_id, role }) => [account_id, role]),
    [
      ["acme", "owner"],
      ["rival", "viewer"],
    ],
  );
  assertProblem(await ada.ask({ url: "/v1/users" }), 403, "auth.role");
  const back = assertAnswers(sessionRoutes.changeSession, await switching("acme"));
  assert.deepEqual([back.account_id, back.role], ["acme", "owner"]);
  assert.equal((await ada.ask({ url: "/v1/users" })).statusCode, 200);
  assertProblem(await switching("main"), 403, "session.no_account");
});

test("the admin of one account does not reset or shut out a member of another", async () => {
  const http = await withAccounts();
  const ada = await aPerson(http, { account_id: "acme" });
  const rival = await aPerson(http, { email: "rival@example.com", account_id: "rival" });
  const invited = { email: "ada@example.com", role: "viewer" };
  const answer = await rival.ask({ method: "POST", url: "/v1/users", payload: invited });
  const { user, link } = assertAnswers(userRoutes.inviteUser, answer);
  assert.deepEqual([user.name, user.has_password, user.last_seen_at], ["", false, null], "nothing is told of her");
  const url = `/v1/users/${user.id}`;
  assertProblem(await rival.ask({ method: "POST", url: `${url}/reset` }), 403, "user.of_others");
  assertProblem(await rival.ask({ method: "PATCH", url, payload: { disabled: true } }), 403, "user.of_others");
  await ada.ask({ method: "POST", url: `/v1/invitations/${link.token}/join` });
  assertProblem(await rival.ask({ method: "POST", url: `${url}/reset` }), 403, "user.of_others");
  assertAnswers(userRoutes.removeUser, await rival.ask({ method: "DELETE", url }));
  const session = await ada.ask({ url: "/v1/session" });
  assertProblem(session, 401, "auth.session_ended");
  assert.equal((await signIn(ada)).json().account_id, "acme");
});

test("the first owner comes in by a link, and after them nobody does", async () => {
  const http = await anHttp({ access: "local" });
  const make = () => http.ask({ method: "POST", url: "/v1/first-owner" });
  const first = assertAnswers(userRoutes.linkFirstOwner, await make());
  const link = assertAnswers(userRoutes.linkFirstOwner, await make());
  assert.equal(link.url, `http://127.0.0.1:8080/welcome/${link.token}`);
  assertProblem(await http.app.inject({ url: `/v1/invitations/${first.token}` }), 404, "link.unknown");
  const url = `/v1/invitations/${link.token}`;
  const told = assertAnswers(sessionRoutes.readInvitation, await http.app.inject({ url }));
  assert.deepEqual([told.kind, told.email, told.role], ["first_owner", null, "owner"]);
  const accept = (payload: object) => http.app.inject({ method: "POST", url, payload });
  assertProblem(await accept({ name: "Ada", password }), 400, "link.field_missing");
  const session = assertAnswers(
    sessionRoutes.acceptInvitation,
    await accept({ name: "Ada", password, email: "ada@example.com" }),
  );
  assert.deepEqual([session.role, session.is_operator], ["owner", true]);
  assertProblem(await accept({ name: "Eve", password, email: "eve@example.com" }), 410, "link.used");
  assertProblem(await make(), 409, "user.first_owner_there");
});

test("who did what to whom stands in the audit log, without an email or a token", async () => {
  const http = await anHttp();
  await aPerson(http, { email: "owner@example.com" });
  const id = await idOf(http, "owner@example.com");
  await invite(http, { email: "ada@example.com", role: "viewer" });
  const ada = `/v1/users/${await idOf(http, "ada@example.com")}`;
  await http.ask({ method: "PATCH", url: ada, payload: { role: "editor" } });
  await http.ask({ method: "DELETE", url: ada });
  await http.ask({ method: "POST", url: `/v1/users/${id}/reset` });
  const acts = (await http.storage.audit.find({ kind: "user" }, { limit: 10, cursor: null })).items;
  assert.deepEqual(
    acts.map(({ verb }) => verb),
    ["reset", "removed", "changed", "invited", "accepted", "invited"],
  );
  const told = JSON.stringify(acts.map(({ actor: _actor, ...act }) => act));
  assert.ok(!told.includes("@") && !told.includes("carom_link_"));
});

test("asking twice with one idempotency key invites once", async () => {
  const http = await anHttp();
  const question = {
    method: "POST",
    url: "/v1/users",
    headers: { "idempotency-key": "one" },
    payload: { email: "ada@example.com", role: "viewer" },
  } as const;
  assert.deepEqual((await http.ask(question)).json(), (await http.ask(question)).json());
});
