import assert from "node:assert/strict";
import { test } from "node:test";
import { sessionRoutes } from "#src/contract/session-contract.ts";
import { aBrowser, aPerson, password, signIn } from "#test/support/a-person.ts";
import { anHttp, assertAnswers, assertProblem } from "#test/support/an-http.ts";

test("whoever signs in is told who they are, and asks like a key of their role", async () => {
  const http = await anHttp();
  await aPerson(http, { role: "editor" });
  const browser = aBrowser(http);
  const session = assertAnswers(sessionRoutes.signIn, await signIn(browser, { email: " ADA@example.com" }));
  assert.deepEqual(
    { ...session, csrf_token: null, user_id: null },
    {
      kind: "person",
      name: "Ada",
      email: "ada@example.com",
      user_id: null,
      account_id: "main",
      role: "editor",
      is_operator: false,
      accounts: [{ account_id: "main", name: "main", role: "editor" }],
      csrf_token: null,
    },
  );
  assert.deepEqual(assertAnswers(sessionRoutes.readSession, await browser.ask({ url: "/v1/session" })), session);
  assert.equal((await browser.ask({ url: "/v1/secrets" })).statusCode, 200);
  assertProblem(await browser.ask({ url: "/v1/keys" }), 403, "auth.role");
});

test("a key may ask who it is, and has nothing to sign out of", async () => {
  const { ask } = await anHttp();
  const session = assertAnswers(sessionRoutes.readSession, await ask({ url: "/v1/session" }));
  assert.deepEqual(
    [session.kind, session.name, session.role, session.csrf_token],
    ["key", "an operator", "owner", null],
  );
  assertProblem(await ask({ method: "DELETE", url: "/v1/session" }), 403, "session.person_only");
});

test("the cookie is for this server alone, and over TLS where the public address says so", async () => {
  const plain = await anHttp();
  await aPerson(plain);
  const flags = String((await signIn(aBrowser(plain))).headers["set-cookie"]);
  assert.match(flags, /^carom_session=[\w-]{43}; .*Path=\/; .*HttpOnly; SameSite=Lax$/);
  assert.ok(!flags.includes("Secure") && !flags.includes("Domain"));
  const secure = await anHttp({ publicUrl: "https://carom.example" });
  await aPerson(secure);
  const browser = aBrowser(secure);
  const secured = String((await signIn(browser)).headers["set-cookie"]);
  assert.match(secured, /^__Host-carom_session=[\w-]{43}; .*Path=\/; .*HttpOnly; Secure; SameSite=Lax$/);
  assert.equal((await browser.ask({ url: "/v1/session" })).statusCode, 200);
});

test("a browser gets a new id when it signs in, whatever it brought along", async () => {
  const http = await anHttp();
  const first = await aPerson(http);
  const before = first.cookie();
  const planted = aBrowser(http);
  const headers = { cookie: `carom_session=${"x".repeat(43)}` };
  const answer = await http.app.inject({ method: "POST", url: "/v1/session", headers, payload: credentials });
  assert.ok(!String(answer.headers["set-cookie"]).includes("x".repeat(43)));
  assertProblem(await http.app.inject({ url: "/v1/session", headers }), 401, "auth.session_ended");
  const again = await signIn(first);
  assert.equal([again.headers["set-cookie"]].flat().length, 1);
  assert.ok(first.cookie() !== null && first.cookie() !== before);
  assertProblem(
    await planted.ask({ url: "/v1/session", headers: { cookie: String(before) } }),
    401,
    "auth.session_ended",
  );
});
const credentials = { email: "ada@example.com", password };

test("what changes something needs the token of the session; what reads does not, and a key neither", async () => {
  const http = await anHttp();
  const ada = await aPerson(http);
  const other = await aPerson(http, { email: "bob@example.com" });
  const change = { method: "PATCH", url: "/v1/session", payload: { name: "Ada L." } } as const;
  const cookie = String(ada.cookie());
  for (const wrong of [{}, { "carom-csrf": "" }, { "carom-csrf": "é".repeat(64) }, { "carom-csrf": "0".repeat(64) }])
    assertProblem(await http.app.inject({ ...change, headers: { cookie, ...wrong } }), 403, "auth.csrf");
  const borrowed = { cookie, "carom-csrf": String(other.csrfToken()) };
  assertProblem(await http.app.inject({ ...change, headers: borrowed }), 403, "auth.csrf");
  const making = { method: "POST", url: "/v1/keys", payload: { kind: "management", name: "x" } } as const;
  assertProblem(await http.app.inject({ ...making, headers: { cookie } }), 403, "auth.csrf");
  assert.equal((await http.app.inject({ url: "/v1/keys", headers: { cookie } })).statusCode, 200);
  assert.equal((await http.ask({ ...making, headers: { cookie } })).statusCode, 201, "the key counts, not the cookie");
  const done = assertAnswers(sessionRoutes.changeSession, await ada.ask(change));
  assert.equal(done.name, "Ada L.");
});

test("a form of another site cannot sign somebody in", async () => {
  const http = await anHttp();
  await aPerson(http);
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
    const headers = { "content-type": type };
    const answer = await http.app.inject({
      method: "POST",
      url: "/v1/session",
      headers,
      payload: JSON.stringify(credentials),
    });
    assertProblem(answer, 415, "request.media_type");
    assert.equal(answer.headers["set-cookie"], undefined);
  }
});

test("who signed out is out, and the browser forgets", async () => {
  const http = await anHttp();
  const ada = await aPerson(http);
  const cookie = String(ada.cookie());
  assertAnswers(sessionRoutes.signOut, await ada.ask({ method: "DELETE", url: "/v1/session" }));
  assert.equal(ada.cookie(), null);
  assertProblem(await http.app.inject({ url: "/v1/session", headers: { cookie } }), 401, "auth.session_ended");
  assertProblem(await ada.ask({ url: "/v1/session" }), 401, "auth.missing");
});

test("a session ends without requests, and at last with them", async () => {
  const http = await anHttp();
  const idle = await aPerson(http);
  await http.clock.turn(3_600_000);
  assertProblem(await idle.ask({ url: "/v1/session" }), 401, "auth.session_ended");
  const busy = aBrowser(http);
  await signIn(busy);
  for (let halfHour = 0; halfHour < 47; halfHour += 1) {
    await http.clock.turn(1_800_000);
    assert.equal((await busy.ask({ url: "/v1/session" })).statusCode, 200, `after ${halfHour} half hours`);
  }
  await http.clock.turn(1_800_000);
  assertProblem(await busy.ask({ url: "/v1/session" }), 401, "auth.session_ended");
});

test("a wrong password, an unknown email and somebody without a password are told the same", async () => {
  const http = await anHttp();
  await aPerson(http);
  await http.ask({ method: "POST", url: "/v1/users", payload: { email: "new@example.com", role: "viewer" } });
  const told = new Set<string>();
  for (const wrong of [{ password: "wrong" }, { email: "nobody@example.com" }, { email: "new@example.com" }]) {
    const answer = await signIn(aBrowser(http), wrong);
    assertProblem(answer, 401, "session.wrong_password");
    told.add(JSON.stringify({ ...answer.json(), request_id: "" }));
  }
  assert.equal(told.size, 1);
});

test("who guesses has to wait, also with the right password; the owner elsewhere has not", async () => {
  const http = await anHttp();
  await aPerson(http);
  const guesser = aBrowser(http, "198.51.100.7");
  for (let guess = 0; guess < 5; guess += 1)
    assertProblem(await signIn(guesser, { password: `guess ${guess}` }), 401, "session.wrong_password");
  const refused = await signIn(guesser);
  assertProblem(refused, 429, "session.throttled");
  assert.equal(refused.headers["retry-after"], "1");
  assert.equal((await signIn(aBrowser(http, "203.0.113.9"))).statusCode, 201);
  await http.clock.turn(1_000);
  assert.equal((await signIn(guesser)).statusCode, 201);
});

test("a new password ends every other session, and needs the old one", async () => {
  const http = await anHttp();
  const here = await aPerson(http);
  const elsewhere = aBrowser(http);
  await signIn(elsewhere);
  const change = (current: string, next = "a longer password") =>
    here.ask({
      method: "PUT",
      url: "/v1/session/password",
      payload: { current_password: current, new_password: next },
    });
  assertProblem(await change("wrong"), 401, "session.wrong_password");
  assertProblem(await change(password, "too short"), 400, "request.invalid");
  const same = await change(password, password);
  assertProblem(same, 400, "request.invalid");
  assert.deepEqual(
    same.json().errors.map(({ path, message }: Record<string, string>) => [path, message]),
    [["new_password", "new_password: must be another one than until now"]],
  );
  assertAnswers(sessionRoutes.changePassword, await change(password));
  assert.equal((await here.ask({ url: "/v1/session" })).statusCode, 200);
  assertProblem(await elsewhere.ask({ url: "/v1/session" }), 401, "auth.session_ended");
  assertProblem(await signIn(elsewhere), 401, "session.wrong_password");
  assert.equal((await signIn(elsewhere, { password: "a longer password" })).statusCode, 201);
});

test("nothing that is stored lets anybody in", async () => {
  const http = await anHttp();
  const ada = await aPerson(http);
  const stored = JSON.stringify(await http.storage.people.all());
  for (const secret of [password, String(ada.cookie()).split("=")[1], ada.csrfToken(), "carom_link_"])
    assert.ok(!stored.includes(String(secret)), String(secret));
  assert.match(stored, /\$argon2id\$/);
});

test("a session is read again by the next process", async () => {
  const http = await anHttp();
  const ada = await aPerson(http);
  const next = await anHttp({ storage: http.storage, clock: http.clock, seed: 2 });
  const headers = { cookie: String(ada.cookie()) };
  assert.equal((await next.app.inject({ url: "/v1/session", headers })).statusCode, 200);
});
