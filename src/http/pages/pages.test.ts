import assert from "node:assert/strict";
import { test } from "node:test";
import { openidProvider } from "#src/adapters/oidc/openid-provider.ts";
import type { Engine } from "#src/engine/engine.ts";
import { aCatalog, anAccount } from "#test/support/a-catalog.ts";
import { aPageVisitor } from "#test/support/a-page-visitor.ts";
import { aPerson, password } from "#test/support/a-person.ts";
import { type AnHttp, anHttp, assertProblem } from "#test/support/an-http.ts";
import { anIssuer, client } from "#test/support/an-issuer.ts";
import { stubEngine } from "#test/support/stub-engine.ts";

type Http = AnHttp<Engine>;

/** The path of a link that the API has made. */
const linkPath = async ({ ask }: Http, url: string, payload?: object): Promise<string> => {
  const made = await ask({ method: "POST", url, ...(payload === undefined ? {} : { payload }) });
  assert.equal(made.statusCode, 201, made.body);
  const { url: link } = made.json().link ?? made.json();
  return new URL(link).pathname;
};

const inviteBob = (http: Http) => linkPath(http, "/v1/users", { email: "bob@example.com", role: "editor" });

test("the first owner comes in by the link alone, and lands signed in", async () => {
  const http = await anHttp();
  const visitor = aPageVisitor(http);
  const link = await linkPath(http, "/v1/first-owner");
  const welcome = await visitor.open(link);
  assert.deepEqual([welcome.status, welcome.title], [200, "Welcome"]);
  const wrong = await visitor.press("Come in", { name: "", email: "ada", password: "short" });
  assert.equal(wrong.status, 400);
  assert.match(wrong.faultOf("password") ?? "", /12 characters/);
  assert.match(wrong.faultOf("email") ?? "", /an email address/);
  assert.match(wrong.faultOf("name") ?? "", /empty/);
  const landed = await visitor.press("Come in", { name: "Ada <b>", email: "Ada@example.com", password });
  assert.deepEqual([landed.status, landed.path, landed.title], [200, "/", "You are signed in"]);
  assert.match(landed.text, /Ada <b> .*ada@example\.com .*main .*owner, operates this server/);
  assert.equal((await visitor.follow("What the API takes and answers")).status, 200);
  const again = await visitor.open(link);
  assert.deepEqual([again.status, again.title], [410, "The link was used"]);
});

test("whoever is invited sets a name and a password, and what was filled in stays when something is wrong", async () => {
  const http = await anHttp();
  const visitor = aPageVisitor(http);
  const link = await inviteBob(http);
  const page = await visitor.open(link);
  assert.match(page.text, /invited to main, as editor/);
  assert.equal((await visitor.open(link)).status, 200, "looking at a link uses nothing up");
  const wrong = await visitor.press("Come in", { name: "Bob", password: "short" });
  assert.deepEqual([wrong.faultOf("name"), wrong.faultOf("email")], [null, null]);
  const landed = await visitor.press("Come in", { password });
  assert.match(landed.text, /Bob .*bob@example\.com .*editor /);
});

test("a reset sets the password and ends the other sessions; signing in and out works with it", async () => {
  const http = await anHttp();
  const old = await aPerson(http);
  const [{ id }] = (await http.ask({ url: "/v1/users" })).json().data;
  const visitor = aPageVisitor(http);
  await visitor.open(await linkPath(http, `/v1/users/${id}/reset`));
  const landed = await visitor.press("Set the password", { password: "quite another one" });
  assert.equal(landed.title, "You are signed in");
  assertProblem(await old.ask({ url: "/v1/session" }), 401, "auth.session_ended");
  assert.equal((await visitor.press("Sign out")).path, "/sign-in");
  assert.equal((await visitor.open("/")).path, "/sign-in");
  const wrong = await visitor.press("Sign in", { email: "ada@example.com", password });
  assert.deepEqual([wrong.status, /Email or password is wrong/.test(wrong.text)], [401, true]);
  assert.equal((await visitor.press("Sign in", { password: "quite another one" })).path, "/");
  assert.equal((await visitor.open("/sign-in")).path, "/", "who is signed in has nothing to do there");
});

test("whoever guesses by the form waits as whoever guesses over the API", async () => {
  const http = await anHttp();
  const visitor = aPageVisitor(http);
  await visitor.open("/sign-in");
  const guess = () => visitor.press("Sign in", { email: "ada@example.com", password: "a guess" });
  const statuses: number[] = [];
  for (let guesses = 0; guesses < 8; guesses += 1) statuses.push((await guess()).status);
  assert.deepEqual([statuses[0], statuses.at(-1)], [401, 429]);
  const payload = { email: "ada@example.com", password };
  assertProblem(await http.app.inject({ method: "POST", url: "/v1/session", payload }), 429, "session.throttled");
  const held = await guess();
  assert.match(held.text, /wait \d+ s and try again/);
  assert.equal(held.headers["retry-after"], /wait (\d+) s/.exec(held.text)?.[1], "a program reads it from the header");
});

test("somebody who has a password here joins another account as who they are, and goes from one to the other", async () => {
  const engine = stubEngine(aCatalog({ accounts: [anAccount({ id: "bright", name: "Bright & Co" })] }));
  const http = await anHttp({ engine });
  await aPerson(http, { role: "viewer" });
  await aPerson(http, { email: "bob@example.com", role: "viewer" });
  const link = await linkPath(http, "/v1/users", { email: "ada@example.com", role: "admin", account_id: "bright" });
  const visitor = aPageVisitor(http);
  await visitor.open(link);
  await visitor.follow("Sign in to join");
  const asBob = await visitor.press("Sign in", { email: "bob@example.com", password });
  assert.equal(asBob.path, link);
  assert.match(asBob.text, /You are signed in as bob@example\.com/);
  assert.equal((await visitor.press("Sign out to go on")).path, link);
  await visitor.follow("Sign in to join");
  await visitor.press("Sign in", { email: "ada@example.com", password });
  const joined = await visitor.press("Join Bright &amp; Co");
  assert.match(joined.text, /Account Bright & Co Role admin/);
  assert.match((await visitor.press("Go to main \\(viewer\\)")).text, /Account main Role viewer/);
});

test("a form of another site, or one that does not know the session's token, does nothing", async () => {
  const http = await anHttp({ publicUrl: "http://people.example" });
  const visitor = aPageVisitor(http);
  const path = await inviteBob(http);
  const post = (url: string, headers: Readonly<Record<string, string>>, form: Readonly<Record<string, string>>) =>
    http.app.inject({
      method: "POST",
      url,
      headers: { host: "carom.example", "content-type": "application/x-www-form-urlencoded", ...headers },
      payload: new URLSearchParams(form).toString(),
    });
  const bob = { name: "Bob", password };
  for (const headers of [
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { origin: "http://evil.example" },
    { origin: "null" },
  ])
    assertProblem(await post(path, headers, bob), 403, "auth.csrf");
  const came = await post(path, { origin: "http://people.example" }, bob);
  assert.equal(came.statusCode, 303, came.body);
  const cookie = came.cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const own = { origin: "http://carom.example", cookie };
  for (const form of [{}, { csrf_token: "x".repeat(64) }])
    assertProblem(await post("/sign-out", own, form), 403, "auth.csrf");
  assert.equal((await http.app.inject({ url: "/v1/session", headers: { cookie } })).statusCode, 200);
  assertProblem(await post("/sign-out", {}, {}), 401, "auth.session_ended");
  const login = await post("/sign-in", {}, { email: "bob@example.com", password, next: "https://evil.example/" });
  assert.equal(login.headers["location"], "./");
  assert.equal((await visitor.open("/sign-in?next=//evil.example")).text.includes("evil"), false);
});

test("pages are kept nowhere, run no script, and ask for nothing from elsewhere", async () => {
  const http = await anHttp();
  const visitor = aPageVisitor(http);
  const pages = [
    await visitor.open("/sign-in"),
    await visitor.open(await inviteBob(http)),
    await visitor.open("/invite/no"),
  ];
  for (const { headers } of pages) {
    assert.match(
      String(headers["content-security-policy"]),
      /^default-src 'none'; style-src 'self'; form-action 'self'/,
    );
    assert.equal(headers["cache-control"], "no-store");
    assert.equal(headers["referrer-policy"], "same-origin");
  }
  const style = await http.app.inject({ url: "/pages.css" });
  assert.match(String(style.headers["content-type"]), /^text\/css/);
  assert.match(style.body, /prefers-color-scheme:dark/);
});

test("a browser is shown as a page what a program is told as a problem", async () => {
  const http = await anHttp();
  const visitor = aPageVisitor(http);
  const page = await visitor.open("/v1/oidc/callback?state=x&code=y");
  assert.deepEqual([page.status, page.title], [404, "Nobody signs in by an identity provider here"]);
  assert.match(page.text, /oidc\.unset/);
  assertProblem(await http.app.inject({ url: "/v1/oidc/callback" }), 404, "oidc.unset");
  const unknown = await visitor.open(`/invite/${"x".repeat(43)}`);
  assert.deepEqual([unknown.status, unknown.title], [404, "There is no such link"]);
});

test("where an identity provider is set, signing in and invitations lead there, and what it refuses is a page", async () => {
  await using issuer = await anIssuer();
  const http = await anHttp({
    publicUrl: "http://carom.example",
    identityProvider: openidProvider({ issuer: issuer.issuer, ...client }),
  });
  const visitor = aPageVisitor(http);
  const signIn = await visitor.open("/sign-in");
  assert.match(signIn.text, /Sign in at the identity provider/);
  assert.match((await visitor.open(await inviteBob(http))).text, /Come in by the identity provider instead/);
  const refused = await visitor.open("/v1/oidc/callback?state=x&code=y");
  assert.equal(refused.status, 403);
  assert.match(refused.text, /Begin again/);
});

test("a path where nothing is shows somebody at a browser a page, and a program a problem", async () => {
  const http = await anHttp();
  const shown = await aPageVisitor(http).open("/nonsense");
  assert.deepEqual([shown.status, shown.title], [404, "There is nothing at this path"]);
  assertProblem(await http.app.inject({ url: "/nonsense", headers: { accept: "*/*" } }), 404, "route.unknown");
});

test("whoever comes in is told what their role may do next, and nothing beyond it", async () => {
  const http = await anHttp();
  const bob = aPageVisitor(http);
  await bob.open(await inviteBob(http));
  const landed = await bob.press("Come in", { name: "Bob", password });
  assert.match(landed.text, /As editor you may: look at events.* change integrations , and try a change/);
  assert.doesNotMatch(landed.text, /invite people|configurator/);
  assert.equal((await bob.follow("integrations")).status, 200);
});
