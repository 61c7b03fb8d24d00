import assert from "node:assert/strict";
import test from "node:test";
import { nodeHashes } from "#src/adapters/system/node-hashes.ts";
import type { Catalog } from "#src/core/catalog/catalog.ts";
import { mainAccountId } from "#src/core/catalog/main-account.ts";
import { compileCatalog } from "#src/core/compile/compile-catalog.ts";
import { nothingShown } from "#src/core/decide/verdict.ts";
import { accountId, secretName } from "#src/core/ids.ts";
import { pathText } from "#src/core/problem.ts";
import { fillSignatureMarks } from "#src/core/templates/signature-mark.ts";
import type { Signing } from "#src/core/templates/signing.ts";
import { aCatalog, anAccount, anApp, anIntegration, aPartner, aTemplate } from "#test/support/a-catalog.ts";
import { anEvent } from "#test/support/an-event.ts";
import { fillSecretMarks } from "./secret-mark.ts";
import { nameOfOwnSecret, ownedSecretName } from "./secret-owner.ts";

const acme = accountId("acme");

test("an account's secret is kept under its own name, and the main one's under the name alone", () => {
  assert.equal(ownedSecretName(mainAccountId, "token"), "token");
  assert.equal(ownedSecretName(acme, "token"), "acme/token");
  assert.equal(nameOfOwnSecret(acme, secretName("acme/token")), "token");
  assert.equal(nameOfOwnSecret(acme, secretName("token")), null);
  assert.equal(nameOfOwnSecret(acme, secretName("other/token")), null);
  assert.equal(nameOfOwnSecret(mainAccountId, secretName("token")), "token");
  assert.equal(nameOfOwnSecret(mainAccountId, secretName("acme/token")), null);
});

const template = aTemplate({
  dialect: "carom",
  url: "https://partner.example/e?key={secret.token}&h={event_name|hmac:token}",
  headers: [{ name: "x-static", value: "a" }],
});
const signing: Signing = {
  kind: "hmac",
  secret: secretName("sign"),
  algorithm: "sha256",
  output: "hex",
  place: "header",
  name: "x-signature",
  prefix: "",
};

const secretsOf = (catalog: Catalog): readonly string[] => {
  const compilation = compileCatalog(catalog, { hashes: nodeHashes });
  assert.ok(compilation.kind === "compiled", JSON.stringify(compilation));
  const app = [...compilation.compiled.apps.values()][0];
  const event = anEvent({ fields: { media_source: "examplenetwork_int" } });
  const [match] = app?.decide(event, nothingShown).matches ?? [];
  assert.ok(match?.rendered.kind === "request", "it is sent");
  const names: string[] = [];
  const { url, headers, body } = match.rendered.request;
  for (const text of [url, ...headers, body ?? ""]) {
    fillSecretMarks(text, ({ name }) => String(names.push(name)));
    fillSignatureMarks(text, (mark) => (mark.kind === "attempt_time" ? "" : String(names.push(mark.secret))));
  }
  assert.ok([...(app?.preview(event) ?? [])].length > 0);
  return names;
};

/** Where templates are said to go out unsigned. */
const warningsOf = (catalog: Catalog): readonly string[] => {
  const compilation = compileCatalog(catalog, { hashes: nodeHashes });
  assert.ok(compilation.kind === "compiled", JSON.stringify(compilation));
  const unsigned = compilation.warnings.filter(({ code }) => code === "template.override_unsigned");
  return unsigned.map(({ path }) => pathText(path));
};

const accounts = [
  anAccount({ id: "acme", kind: "advertiser", afPrtNames: [] }),
  anAccount({ id: "net", kind: "partner", afPrtNames: [] }),
];

test("a template names the secrets of whose it is, and is signed in a partner's name where it is the partner's account's", () => {
  const partner = aPartner({ accountId: accountId("net"), templates: [template], signing });
  assert.deepEqual(secretsOf(aCatalog({ accounts, partners: [partner] })), ["net/token", "net/token", "net/sign"]);
  const override = anIntegration({ templates: [template] });
  const apps = [anApp({ accountId: acme, integrations: [override] })];
  const overridden = aCatalog({ accounts, partners: [partner], apps });
  assert.deepEqual(secretsOf(overridden), ["acme/token", "acme/token"]);
  assert.deepEqual(warningsOf(overridden), ["apps[0].integrations[0].templates"]);
  const own = aPartner({ accountId: acme, templates: [template], signing });
  const ofOwn = aCatalog({ accounts, partners: [own], apps });
  assert.deepEqual(secretsOf(ofOwn), ["acme/token", "acme/token", "acme/sign"]);
  assert.deepEqual(warningsOf(ofOwn), []);
  const ofMain = aPartner({ templates: [template], signing });
  assert.deepEqual(secretsOf(aCatalog({ accounts, partners: [ofMain] })), ["token", "token", "sign"]);
});
