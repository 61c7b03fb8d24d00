import assert from "node:assert/strict";
import test from "node:test";
import { accountId } from "#src/core/ids.ts";
import { aCatalog, anAccount, anApp, anIntegration, aPartner, aTemplate } from "#test/support/a-catalog.ts";
import { checkCatalog } from "./check-catalog.ts";

const problems = (parts: Parameters<typeof aCatalog>[0]) => checkCatalog(aCatalog(parts)).problems.map(tell);
const tell = ({ code, message }: { code: string; message: string }) => `${code} ${message}`;

test("an app is an advertiser's, a partner anybody's, and both of an account that there is", () => {
  const accounts = [anAccount({ id: "acme", kind: "advertiser", afPrtNames: [] }), anAccount()];
  const ofAgency = [aPartner({ accountId: accountId("agency") })];
  const unconnected = [anApp({ accountId: accountId("acme"), integrations: [] })];
  assert.deepEqual(problems({ accounts, partners: ofAgency, apps: unconnected }), []);
  assert.deepEqual(problems({ accounts, apps: [anApp({ accountId: accountId("agency") })] }), [
    "catalog.value apps[0].account_id: agency is of kind agency; it must be an account of kind advertiser",
  ]);
  const ofNobody = {
    partners: [aPartner({ accountId: accountId("x") })],
    apps: [anApp({ accountId: accountId("y") })],
  };
  assert.deepEqual(problems(ofNobody), [
    "catalog.unknown_reference partners[0].account_id: there is no account x; add it to accounts",
    "catalog.unknown_reference apps[0].account_id: there is no account y; add it to accounts",
  ]);
});

test("the main account is there without being listed, and is an advertiser where it is", () => {
  assert.deepEqual(problems({}), []);
  assert.deepEqual(problems({ accounts: [anAccount({ id: "main", kind: "advertiser", afPrtNames: [] })] }), []);
  const asAgency = [anAccount({ id: "main" })];
  assert.equal(
    problems({ accounts: asAgency })[0],
    "catalog.value accounts[0].kind: the main account operates the server, and is an advertiser",
  );
});

test("another account's own partner is not to be connected, whoever writes it", () => {
  const accounts = [
    anAccount({ id: "acme", kind: "advertiser", afPrtNames: [] }),
    anAccount({ id: "other", kind: "advertiser", afPrtNames: [] }),
    anAccount({ id: "net", kind: "partner", afPrtNames: [] }),
    anAccount(),
  ];
  const problemsWith = (owner: string, configurator: string | null = null) =>
    problems({
      accounts,
      partners: [aPartner({ accountId: accountId(owner) })],
      apps: [anApp({ accountId: accountId("acme"), integrations: [anIntegration({ configurator })] })],
    });
  const refused =
    "catalog.value apps[0].integrations[0].partner_id: examplenetwork_int is another account's own partner; take one of the main account, of a partner or your own";
  for (const owner of ["main", "acme", "net"]) assert.deepEqual(problemsWith(owner), []);
  assert.deepEqual(problemsWith("other"), [refused]);
  assert.deepEqual(problemsWith("agency"), [refused]);
  assert.deepEqual(problemsWith("agency", "agency"), []);
});

test("a secret goes to no host that somebody else's parameters name", () => {
  const accounts = [anAccount({ id: "acme", kind: "advertiser", afPrtNames: [] }), anAccount()];
  const problemsOf = (owner: string, url: string) =>
    problems({
      accounts,
      partners: [aPartner({ parameters: ["host"], templates: [aTemplate({ url })] })],
      apps: [
        anApp({ accountId: accountId(owner), integrations: [anIntegration({ parameters: { host: "a.example" } })] }),
      ],
    }).map((text) => text.split(";")[0]);
  const refused =
    "catalog.value apps[0].integrations[0].partner_id: examplenetwork_int sends a secret of main to a host that the integration's parameters name";
  assert.deepEqual(problemsOf("acme", "https://(param.host)/?k=(secret.key)"), [refused]);
  assert.deepEqual(problemsOf("main", "https://(param.host)/?k=(secret.key)"), []);
  assert.deepEqual(problemsOf("acme", "https://(param.host)/?k=1"), []);
  assert.deepEqual(problemsOf("acme", "https://n.example/?h=(param.host)&k=(secret.key)"), []);
});
