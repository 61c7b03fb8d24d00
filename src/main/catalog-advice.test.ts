import assert from "node:assert/strict";
import { test } from "node:test";
import { addressGuard } from "#src/adapters/sender/address-guard.ts";
import { pathText } from "#src/core/check-catalog/findings.ts";
import { aCatalog, aPartner, aTemplate } from "#test/support/a-catalog.ts";
import { catalogAdvice } from "./catalog-advice.ts";

const advised = (
  template: Parameters<typeof aTemplate>[0],
  { allowed = [], secrets = [] }: { readonly allowed?: readonly string[]; readonly secrets?: readonly string[] } = {},
) => {
  const catalog = aCatalog({ partners: [aPartner({ templates: [aTemplate(template)] })] });
  return catalogAdvice(catalog, { guard: addressGuard(allowed), secretNames: new Set(secrets) });
};

test("a host that is written out and not sent to is told, with what allows it", () => {
  for (const host of ["10.1.2.3", "127.0.0.1:9090", "localhost", "2130706433", "[::1]"]) {
    const [warning, ...more] = advised({ url: `http://${host}/?e=(event_name)` });
    assert.equal(warning?.code, "catalog.address_refused", host);
    assert.equal(pathText(warning.path), "partners[0].templates[0].url");
    assert.match(warning.message, /CAROM_ALLOWED_NETWORKS/);
    assert.deepEqual(more, []);
  }
  assert.deepEqual(advised({ url: "http://10.1.2.3/" }, { allowed: ["10.0.0.0/8"] }), []);
  assert.deepEqual(advised({ url: "https://partner.example/" }), []);
  assert.deepEqual(advised({ url: "https://(param.host)/" }), []);
});

test("a secret that is not set is told with its place, and how to set it", () => {
  const headers = [{ name: "authorization", value: "Bearer (secret.token)" }];
  const url = "https://partner.example/?k=(secret.api_key)";
  assert.deepEqual(
    advised({ headers, url }).map(({ path, code }) => `${pathText(path)} ${code}`),
    [
      "partners[0].templates[0].url catalog.secret_unset",
      "partners[0].templates[0].headers.authorization catalog.secret_unset",
    ],
  );
  assert.match(advised({ headers, url })[1]?.message ?? "", /carom secrets set token/);
  assert.deepEqual(advised({ headers, url }, { secrets: ["token", "api_key"] }), []);
});
