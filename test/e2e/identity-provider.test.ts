import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { aBrowser } from "#test/support/a-browser.ts";
import { type AnIssuer, anIssuer, client } from "#test/support/an-issuer.ts";
import { type CaromProcess, startCaromProcess, temporaryFolder } from "#test/support/carom-process.ts";
import { until } from "#test/support/until.ts";

const publicUrl = "http://carom.example";
const ada = { sub: "42", email: "Ada@Example.com", email_verified: true, name: "Ada" } as const;

const serve = async (context: TestContext, { issuer }: Pick<AnIssuer, "issuer">): Promise<CaromProcess> => {
  const folder = temporaryFolder();
  const carom = await startCaromProcess({
    folder: folder.path,
    environment: {
      CAROM_PUBLIC_URL: publicUrl,
      CAROM_OIDC_ISSUER: issuer,
      CAROM_OIDC_CLIENT_ID: client.clientId,
      CAROM_OIDC_CLIENT_SECRET: client.clientSecret,
    },
  });
  context.after(async () => {
    await carom.kill("SIGTERM");
    folder.remove();
  });
  return carom;
};

const browserOf = ({ url }: CaromProcess) => aBrowser({ [publicUrl]: url });

const invite = async (carom: CaromProcess, email: string): Promise<void> => {
  const body = { email, role: "editor" };
  const { status, text } = await carom.local({ method: "POST", path: "/v1/users", body });
  assert.equal(status, 201, text);
};

test("an invited person signs in at the issuer, has a session, and comes back as the same person", async (context) => {
  await using issuer = await anIssuer();
  const carom = await serve(context, issuer);
  await invite(carom, "ada@example.com");
  issuer.signIn(ada);
  const browser = browserOf(carom);
  const before = await browser.step(`${publicUrl}/v1/session`);
  assert.equal(before.status, 401, before.text);

  const came = await browser.visit(`${publicUrl}/v1/oidc/start`);
  assert.deepEqual([came.status, /You are signed in/.test(came.text)], [200, true], came.text);
  assert.equal(came.url, `${publicUrl}/`);
  const session = await browser.step(`${publicUrl}/v1/session`);
  assert.equal(session.status, 200, session.text);
  const told = JSON.parse(session.text);
  assert.deepEqual([told.email, told.name, told.role], ["ada@example.com", "Ada", "editor"]);
  const apps = await browser.step(`${publicUrl}/v1/apps`);
  assert.equal(apps.status, 200, apps.text);

  issuer.signIn({ sub: "42", email: "countess@example.com", email_verified: false });
  const elsewhere = browserOf(carom);
  await elsewhere.visit(`${publicUrl}/v1/oidc/start`);
  const again = JSON.parse((await elsewhere.step(`${publicUrl}/v1/session`)).text);
  assert.equal(again.email, "ada@example.com");
  assert.doesNotMatch(carom.log(), new RegExp(client.clientSecret));
});

test("a stranger and an answer to another sign-in are refused with their reasons, and have no session", async (context) => {
  await using issuer = await anIssuer();
  const carom = await serve(context, issuer);
  await invite(carom, "ada@example.com");
  const refusals = [
    { claims: { ...ada, sub: "43", email: "mallory@example.com" }, status: 403, code: "oidc.unknown_person" },
    { claims: { ...ada, email_verified: false }, status: 403, code: "oidc.unknown_person" },
    { claims: { ...ada, nonce: "of another sign-in" }, status: 502, code: "oidc.answer_invalid" },
  ];
  for (const { claims, status, code } of refusals) {
    issuer.signIn(claims);
    const browser = browserOf(carom);
    const came = await browser.visit(`${publicUrl}/v1/oidc/start`);
    assert.equal(came.status, status, came.text);
    assert.equal(JSON.parse(came.text).code, code);
    assert.equal((await browser.step(`${publicUrl}/v1/session`)).status, 401);
  }
  // What one browser has begun, another cannot end.
  issuer.signIn(ada);
  const begun = await browserOf(carom).step(`${publicUrl}/v1/oidc/start`);
  const returned = await aBrowser().step(begun.location ?? "");
  const foreign = await browserOf(carom).visit(returned.location ?? "");
  assert.equal(JSON.parse(foreign.text).code, "oidc.not_begun");
});

test("a server whose issuer is down starts and says so, and people come in once it is there", async (context) => {
  const gone = await anIssuer();
  await gone[Symbol.asyncDispose]();
  const carom = await serve(context, gone);
  await invite(carom, "ada@example.com");
  const told = /the identity provider of CAROM_OIDC_ISSUER cannot be used yet/;
  await until("a line of the log", () => told.test(carom.log()));
  assert.match(carom.log(), /ECONNREFUSED/);
  const browser = browserOf(carom);
  const refused = await browser.step(`${publicUrl}/v1/oidc/start`);
  assert.equal(refused.status, 502, refused.text);
  assert.equal(JSON.parse(refused.text).code, "oidc.unreachable");

  await using issuer = await anIssuer(Number(new URL(gone.issuer).port));
  issuer.signIn(ada);
  await browser.visit(`${publicUrl}/v1/oidc/start`);
  const session = await browser.step(`${publicUrl}/v1/session`);
  assert.equal(session.status, 200, session.text);
});
