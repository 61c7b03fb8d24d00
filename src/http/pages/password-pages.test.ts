import assert from "node:assert/strict";
import { test } from "node:test";
import { aPageVisitor } from "#test/support/a-page-visitor.ts";
import { aPerson, password } from "#test/support/a-person.ts";
import { anHttp, assertProblem } from "#test/support/an-http.ts";

const fresh = "quite another one";
const credentials = { email: "ada@example.com", password };

test("somebody changes their own password: other sessions end, theirs goes on, and only the new one lets in", async () => {
  const http = await anHttp();
  const elsewhere = await aPerson(http);
  const visitor = aPageVisitor(http);
  assert.equal((await visitor.open("/password")).path, "/sign-in?next=password", "nobody has a password to change");
  assert.equal((await visitor.press("Sign in", credentials)).path, "/password", "back to where they wanted to go");
  await visitor.open("/");
  const page = await visitor.follow("Change your password");
  assert.deepEqual([page.status, page.title], [200, "Change your password"]);
  const wrong = await visitor.press("Change the password", { current_password: "not it", new_password: fresh });
  assert.deepEqual([wrong.status, wrong.faultOf("current_password")], [401, "is not your password"]);
  const short = await visitor.press("Change the password", { current_password: password, new_password: "short" });
  assert.equal(short.status, 400);
  assert.match(short.faultOf("new_password") ?? "", /12 characters/);
  const same = await visitor.press("Change the password", { current_password: password, new_password: password });
  assert.deepEqual([same.status, same.faultOf("new_password")], [400, "must be another one than until now"]);
  const done = await visitor.press("Change the password", { current_password: password, new_password: fresh });
  assert.deepEqual([done.status, done.path, done.title], [200, "/password-changed", "Your password is changed"]);
  assert.equal((await visitor.follow("To the start page")).title, "You are signed in");
  assertProblem(await elsewhere.ask({ url: "/v1/session" }), 401, "auth.session_ended");
  await visitor.press("Sign out");
  assert.equal((await visitor.open("/password-changed")).path, "/sign-in");
  assert.equal((await visitor.press("Sign in", credentials)).status, 401);
  assert.equal((await visitor.press("Sign in", { ...credentials, password: fresh })).path, "/");
});

test("a form without the session's token changes no password, and guesses at the old one have to wait", async () => {
  const http = await anHttp();
  await aPerson(http);
  const visitor = aPageVisitor(http);
  await visitor.open("/sign-in");
  await visitor.press("Sign in", credentials);
  await visitor.open("/password");
  const change = (filledIn: object) =>
    visitor.press("Change the password", { current_password: password, new_password: fresh, ...filledIn });
  const foreign = await change({ csrf_token: "another" });
  assert.deepEqual([foreign.status, /auth\.csrf/.test(foreign.text)], [403, true]);
  await visitor.open("/password");
  const statuses: number[] = [];
  for (let guesses = 0; guesses < 8; guesses += 1)
    statuses.push((await change({ current_password: "a guess" })).status);
  assert.deepEqual([statuses[0], statuses.at(-1)], [401, 429]);
  const held = await change({});
  assert.deepEqual([held.status, /^\d+$/.test(String(held.headers["retry-after"]))], [429, true]);
});

test("whoever signs in at the identity provider alone has no password to change, and is not asked for one", async () => {
  const bob = { subject: "bob", email: "bob@example.com", name: "Bob" };
  const checks = { state: "s", nonce: "n", codeVerifier: "v" };
  const http = await anHttp({
    publicUrl: "http://carom.example",
    identityProvider: {
      probe: async () => null,
      start: async () => ({ kind: "started", url: "http://carom.example/v1/oidc/callback?state=s&code=c", checks }),
      finish: async () => ({ kind: "identity", issuer: "https://id.example", ...bob, isEmailVerified: true }),
    },
  });
  await http.ask({ method: "POST", url: "/v1/users", payload: { email: "bob@example.com", role: "viewer" } });
  const visitor = aPageVisitor(http);
  const home = await visitor.open("/v1/oidc/start");
  assert.deepEqual([home.title, home.text.includes("Change your password")], ["You are signed in", false]);
  assert.equal((await visitor.open("/password")).title, "You have no password here");
});
