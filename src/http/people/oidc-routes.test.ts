import assert from "node:assert/strict";
import { test } from "node:test";
import type { LightMyRequestResponse } from "fastify";
import { openidProvider } from "#src/adapters/oidc/openid-provider.ts";
import type { Engine } from "#src/engine/engine.ts";
import { aPerson } from "#test/support/a-person.ts";
import { type AnHttp, anHttp, assertProblem } from "#test/support/an-http.ts";
import { type AnIssuer, anIssuer, client, type IssuedClaims } from "#test/support/an-issuer.ts";

type Http = AnHttp<Engine>;
const ada = { sub: "42", email: "Ada@Example.com", email_verified: true, name: "Ada" } as const;

const httpWith = ({ issuer }: AnIssuer, publicUrl = "http://carom.example") =>
  anHttp({ publicUrl, identityProvider: openidProvider({ issuer, ...client }) });

/** The cookies that an answer sets, as a browser sends them back. */
const cookiesOf = (answer: LightMyRequestResponse): string =>
  answer.cookies
    .filter(({ value }) => value !== "")
    .map(({ name, value }) => `${name}=${value}`)
    .join("; ");

const begin = async ({ app }: Pick<Http, "app">) => {
  const begun = await app.inject({ url: "/v1/oidc/start" });
  assert.equal(begun.statusCode, 302, begun.body);
  return { location: String(begun.headers.location), cookie: cookiesOf(begun) };
};

const comeBack = async (http: Http, issuer: AnIssuer, claims: IssuedClaims): Promise<LightMyRequestResponse> => {
  const { location, cookie } = await begin(http);
  return http.app.inject({ url: issuer.consent(location, claims), headers: { cookie } });
};

const sessionOf = async (http: Http, came: LightMyRequestResponse) => {
  assert.equal(came.statusCode, 302, came.body);
  assert.equal(came.headers.location, "/");
  const answer = await http.app.inject({ url: "/v1/session", headers: { cookie: cookiesOf(came) } });
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json();
};

const invite = (http: Http, email = "ada@example.com") =>
  http.ask({ method: "POST", url: "/v1/users", payload: { email, role: "editor" } });

const isIn = ({ cookies }: LightMyRequestResponse): boolean => cookies.some(({ name }) => name.includes("session"));

type Return = { readonly url: string; readonly cookie: string };

const statuses = { "oidc.answer_invalid": 502, "oidc.unreachable": 502, "oidc.not_begun": 403, "oidc.refused": 403 };

/** Nobody is in by it, and the browser begins anew; answers what it was told. */
const refusedAtReturn = async (
  { app }: Http,
  { url, cookie }: Return,
  code: keyof typeof statuses,
): Promise<string> => {
  const came = await app.inject({ url, headers: { cookie } });
  assertProblem(came, statuses[code], code);
  assert.match(String(came.headers["set-cookie"]), /^carom_oidc=;/);
  assert.ok(!isIn(came));
  return came.json().detail;
};

test("the browser is sent to the issuer with PKCE, a state and a nonce, and keeps them in a cookie", async () => {
  await using issuer = await anIssuer();
  const { app } = await httpWith(issuer, "https://carom.example");
  const begun = await app.inject({ url: "/v1/oidc/start" });
  const url = new URL(String(begun.headers.location));
  const asked = Object.fromEntries(url.searchParams);
  assert.equal(url.origin + url.pathname, `${issuer.issuer}/authorize`);
  assert.equal(asked["redirect_uri"], "https://carom.example/v1/oidc/callback");
  assert.deepEqual(
    [asked["client_id"], asked["response_type"], asked["code_challenge_method"], asked["scope"]],
    ["carom", "code", "S256", "openid email profile"],
  );
  assert.match(
    String(begun.headers["set-cookie"]),
    /^__Secure-carom_oidc=[\w.-]+; Max-Age=600; Path=\/v1\/oidc; HttpOnly; Secure; SameSite=Lax$/,
  );
  const again = new URL(String((await app.inject({ url: "/v1/oidc/start" })).headers.location)).searchParams;
  for (const name of ["state", "nonce", "code_challenge"]) assert.notEqual(again.get(name), asked[name]);
});

test("whoever was invited comes in with a verified email, which accepts the invitation", async () => {
  await using issuer = await anIssuer();
  const http = await httpWith(issuer);
  const invited = await invite(http);
  const came = await comeBack(http, issuer, ada);
  const session = await sessionOf(http, came);
  assert.deepEqual([session.email, session.name, session.role], ["ada@example.com", "Ada", "editor"]);
  assert.match(String(came.headers["set-cookie"]), /carom_oidc=;/);
  assertProblem(await http.app.inject({ url: `/v1/invitations/${invited.json().link.token}` }), 410, "link.used");
  const { items } = await http.storage.audit.find({ kind: "user" }, { limit: 5, cursor: null });
  assert.deepEqual(
    items.map(({ verb, actor }) => [verb, actor.name]),
    [
      ["accepted", "ada@example.com"],
      ["invited", "an operator"],
    ],
  );
  const { users } = await http.storage.people.all();
  assert.deepEqual(
    users.map(({ oidcSubject, passwordHash }) => [oidcSubject, passwordHash]),
    [[`${issuer.issuer} 42`, null]],
  );
  const [exchange] = issuer.exchanges;
  assert.match(String(exchange?.authorization), /^Basic /);
  assert.equal(exchange?.form.get("client_secret"), null);
});

test("an invitation that has ended lets nobody in", async () => {
  await using issuer = await anIssuer();
  const http = await httpWith(issuer);
  await invite(http);
  await http.clock.turn(366 * 86_400_000);
  assertProblem(await comeBack(http, issuer, ada), 403, "oidc.unknown_person");
});

test("who came once is known by the subject, whatever their email is now", async () => {
  await using issuer = await anIssuer();
  const http = await httpWith(issuer);
  await aPerson(http);
  await sessionOf(http, await comeBack(http, issuer, ada));
  const changed = { sub: "42", email: "countess@example.com", email_verified: false };
  const session = await sessionOf(http, await comeBack(http, issuer, changed));
  assert.deepEqual([session.email, session.name], ["ada@example.com", "Ada"]);
});

test("an email that the issuer gave to somebody else does not open its last owner's account", async () => {
  await using issuer = await anIssuer();
  const http = await httpWith(issuer);
  await aPerson(http);
  await sessionOf(http, await comeBack(http, issuer, ada));
  assertProblem(await comeBack(http, issuer, { ...ada, sub: "43" }), 403, "oidc.unknown_person");
});

test("an email that is not verified, no email, and a stranger are refused", async () => {
  await using issuer = await anIssuer();
  const http = await httpWith(issuer);
  await aPerson(http);
  const strangers = [
    { ...ada, email_verified: false },
    { ...ada, email_verified: "true" },
    { sub: "42", email: ada.email },
    { sub: "42" },
    { ...ada, email: "mallory@example.com" },
  ];
  for (const claims of strangers) {
    const came = await comeBack(http, issuer, claims);
    assertProblem(came, 403, "oidc.unknown_person");
    assert.ok(!isIn(came));
  }
});

test("who is disabled stays out, known or by email", async () => {
  await using issuer = await anIssuer();
  const before = await httpWith(issuer);
  const { storage } = before;
  await aPerson(before);
  await aPerson(before, { email: "bob@example.com" });
  await sessionOf(before, await comeBack(before, issuer, ada));
  const { users } = await storage.people.all();
  await storage.people.save({ put: { users: users.map((user) => ({ ...user, disabledAt: 1 })) } });
  const identityProvider = openidProvider({ issuer: issuer.issuer, ...client });
  const http = await anHttp({ storage, identityProvider, publicUrl: "http://carom.example", seed: 3 });
  const bob = { ...ada, sub: "43", email: "bob@example.com" };
  for (const claims of [ada, bob]) assertProblem(await comeBack(http, issuer, claims), 403, "oidc.unknown_person");
});

test("a sign-in that was begun elsewhere, long ago or never is told so, and the cookie is dropped", async () => {
  await using issuer = await anIssuer();
  const http = await httpWith(issuer);
  await aPerson(http);
  const { location, cookie } = await begin(http);
  const back = issuer.consent(location, ada);
  const other = await begin(http);
  const foreign = [
    { url: back.replace(/state=[^&]*/, "state=other"), cookie },
    { url: back.replace(/&state=[^&]*/, ""), cookie },
    { url: back, cookie: other.cookie },
    { url: "/v1/oidc/callback?error=access_denied", cookie },
  ];
  for (const { url, cookie: sent } of foreign) await refusedAtReturn(http, { url, cookie: sent }, "oidc.not_begun");
  for (const headers of [{}, { cookie: "carom_oidc=a.b" }])
    assertProblem(await http.app.inject({ url: back, headers }), 403, "oidc.not_begun");
  assert.equal(issuer.exchanges.length, 0);
  await sessionOf(http, await http.app.inject({ url: back, headers: { cookie } }));
});

test("an answer of the issuer that is for another sign-in, client or issuer, or is too old, does not hold", async () => {
  await using issuer = await anIssuer();
  const http = await httpWith(issuer);
  await aPerson(http);
  const { location, cookie } = await begin(http);
  for (const claims of [{ nonce: "other" }, { aud: "another client" }, { iss: "https://evil.example" }, { exp: 1 }]) {
    const url = issuer.consent(location, { ...ada, ...claims });
    await refusedAtReturn(http, { url, cookie }, "oidc.answer_invalid");
  }
});

test("what the issuer refuses is told with its reason and what to do, and never in its own words", async () => {
  await using issuer = await anIssuer();
  const http = await httpWith(issuer);
  await aPerson(http);
  const { location, cookie } = await begin(http);
  const state = new URL(location).searchParams.get("state");
  const refusedWith = async (error: string): Promise<string> => {
    const query = new URLSearchParams({ state: state ?? "", error, error_description: "a hidden word" });
    return refusedAtReturn(http, { url: `/v1/oidc/callback?${query}`, cookie }, "oidc.refused");
  };
  assert.match(await refusedWith("access_denied"), /\(access_denied\).*somebody who may/);
  assert.match(await refusedWith("unauthorized_client"), /CAROM_OIDC_CLIENT_ID/);
  const unnamed = await refusedWith("<script>whatever</script>");
  assert.match(unnamed, /refused: begin again/);
  assert.doesNotMatch(unnamed, /whatever|hidden/);
  const back = issuer.consent(location, ada);
  await sessionOf(http, await http.app.inject({ url: back, headers: { cookie } }));
  assert.match(await refusedAtReturn(http, { url: back, cookie }, "oidc.refused"), /invalid_grant.*was used/);
  issuer.setRefusal("invalid_client");
  const url = issuer.consent(location, ada);
  assert.match(await refusedAtReturn(http, { url, cookie }, "oidc.refused"), /CAROM_OIDC_CLIENT_ID/);
});

test("an issuer that goes down under a sign-in is told as such, and whoever begins again comes in", async () => {
  await using issuer = await anIssuer();
  const http = await httpWith(issuer);
  await aPerson(http);
  const { location, cookie } = await begin(http);
  const url = issuer.consent(location, ada);
  issuer.setDown(true);
  await refusedAtReturn(http, { url, cookie }, "oidc.unreachable");
  issuer.setDown(false);
  await sessionOf(http, await comeBack(http, issuer, ada));
});

test("an issuer that is down is asked again by whoever comes next", async () => {
  await using issuer = await anIssuer();
  const http = await httpWith(issuer);
  issuer.setDown(true);
  assertProblem(await http.app.inject({ url: "/v1/oidc/start" }), 502, "oidc.unreachable");
  issuer.setDown(false);
  await begin(http);
});

test("without an identity provider there is nothing to begin or come back to", async () => {
  const { app } = await anHttp();
  for (const url of ["/v1/oidc/start", "/v1/oidc/callback?code=x&state=y"])
    assertProblem(await app.inject({ url }), 404, "oidc.unset");
});
