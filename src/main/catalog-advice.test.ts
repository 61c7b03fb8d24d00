import assert from "node:assert/strict";
import { test } from "node:test";
import { addressGuard } from "#src/adapters/sender/address-guard.ts";
import { pathText } from "#src/core/problem.ts";
import { aCatalog, anApp, anIntegration, aPartner, aTemplate } from "#test/support/a-catalog.ts";
import { catalogAdvice, refusedParts } from "./catalog-advice.ts";

const advised = (
  template: Parameters<typeof aTemplate>[0],
  { allowed = [], secrets = [] }: { readonly allowed?: readonly string[]; readonly secrets?: readonly string[] } = {},
) => {
  const catalog = aCatalog({ partners: [aPartner({ templates: [aTemplate(template)] })] });
  return catalogAdvice(catalog, {
    guard: addressGuard(allowed),
    secretNames: new Set(secrets),
    ratedCurrencies: new Set(["USD"]),
  });
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

test("revenue that is to go out in a currency of which no rate is known is warned of where it is asked for", () => {
  const told = (currencies: readonly string[], currency: string, body = ""): readonly string[] => {
    const catalog = aCatalog({
      partners: [aPartner({ templates: [aTemplate({ body })] })],
      apps: [anApp({ integrations: [anIntegration({ currency })] })],
    });
    const around = { guard: addressGuard([]), secretNames: new Set<string>(), ratedCurrencies: new Set(currencies) };
    return catalogAdvice(catalog, around).map(({ code, message }) => `${code} ${message.replace(/: revenue.*/, "")}`);
  };
  const place = "catalog.rate_missing apps[0].integrations[0].currency";
  assert.deepEqual(told(["USD", "JPY"], "GBP"), [`${place}: there is no exchange rate of GBP`]);
  assert.deepEqual(told([], "EUR"), [`${place}: there are no exchange rates`]);
  assert.deepEqual(told(["USD"], "EUR"), []);
  assert.deepEqual(told(["JPY"], "JPY", "usd=(event_revenue_USD)"), [
    "catalog.rate_missing partners[0].templates[0].body: there is no exchange rate of USD",
  ]);
  assert.deepEqual(told(["USD"], "USD", "usd={event_revenue_usd}"), []);
});

test("a partner that today's settings refuse is named once, whatever number of templates it has", () => {
  const inside = aTemplate({ url: "http://10.1.2.3/" });
  const partners = [aPartner({ id: "inside", templates: [inside, inside] }), aPartner({ id: "outside" })];
  const refused = (allowed: readonly string[]) => refusedParts(aCatalog({ partners }), addressGuard(allowed));
  assert.deepEqual(
    refused([]).map(({ key }) => key),
    ["partner/inside"],
  );
  assert.match(refused([])[0]?.refusal ?? "", /10\.1\.2\.3 .*CAROM_ALLOWED_NETWORKS/);
  assert.deepEqual(refused(["10.0.0.0/8"]), []);
});
