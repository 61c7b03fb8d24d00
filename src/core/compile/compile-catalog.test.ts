import assert from "node:assert/strict";
import { test } from "node:test";
import type { Catalog, Integration } from "#src/core/catalog/catalog.ts";
import { nothingShown } from "#src/core/decide/verdict.ts";
import { receiverId } from "#src/core/ids.ts";
import type { CompileTemplate } from "#src/core/templates/template.ts";
import {
  aCatalog,
  aGrant,
  anAccount,
  anApp,
  anIntegration,
  aPartner,
  aRequest,
  aRule,
  aTemplate,
} from "#test/support/a-catalog.ts";
import { plainTemplates } from "#test/support/a-compiled-app.ts";
import { urlsOf } from "#test/support/a-verdict.ts";
import { anEvent } from "#test/support/an-event.ts";
import { testHashes } from "#test/support/node-hashes.ts";
import { compileCatalog, compileCatalogWith } from "./compile-catalog.ts";
import type { CompiledCatalog } from "./compiled-catalog.ts";

function compiled(catalog: Catalog, compile: CompileTemplate = plainTemplates): CompiledCatalog {
  const compilation = compileCatalogWith(compile, catalog, { hashes: testHashes });
  assert.ok(compilation.kind === "compiled", JSON.stringify(compilation));
  return compilation.compiled;
}

test("a catalog with a mistake is refused with all of them, those of templates too", () => {
  const refusing: CompileTemplate = (_template, { path }) => ({
    kind: "refused",
    problems: [{ path: [...path, "url"], code: "template.macro_unknown", message: `${path.join(".")}: unknown macro` }],
  });
  const integrations = [anIntegration(), anIntegration({ partnerId: "nobody" })];
  const compilation = compileCatalogWith(refusing, aCatalog({ apps: [anApp({ integrations })] }), {
    hashes: testHashes,
  });
  assert.ok(compilation.kind === "refused");
  assert.deepEqual(
    compilation.problems.map(({ path, code }) => `${path.join(".")} ${code}`),
    [
      "apps.0.integrations.1.partner_id catalog.unknown_reference",
      "partners.0.templates.0.url template.macro_unknown",
      "partners.0.templates.1.url template.macro_unknown",
    ],
  );
});

test("what is wrong with a parameter is told where the integration gives it", () => {
  const partners = [
    aPartner({ parameters: ["host"], templates: [aTemplate({ url: "https://(param.host):8443/?e=(event-name)" })] }),
  ];
  const problemsWith = (integrations: readonly Integration[]) => {
    const compilation = compileCatalog(aCatalog({ partners, apps: [anApp({ integrations })] }), { hashes: testHashes });
    return compilation.kind === "compiled" ? [] : compilation.problems.map(({ message }) => message);
  };
  assert.deepEqual(problemsWith([anIntegration({ parameters: { host: "a b" } })]), [
    'apps[0].integrations[0].parameters.host: not a host: "a b:8443"',
  ]);
  assert.deepEqual(problemsWith([anIntegration({ parameters: { host: "me@x" } })]), [
    "apps[0].integrations[0].parameters.host: no user or password in a URL: write an Authorization header with a secret",
  ]);
  assert.deepEqual(problemsWith([anIntegration({ parameters: { host: "a.example" } })]), []);
});

test("a parameter that an integration lacks is told once, and not again by the template that would read it", () => {
  const partner = aPartner({
    parameters: ["account"],
    templates: [aTemplate({ dialect: "carom", url: "https://p.example/{param.account}" })],
  });
  const compilation = compileCatalog(aCatalog({ partners: [partner] }), { hashes: testHashes });
  assert.ok(compilation.kind === "refused");
  assert.deepEqual(
    compilation.problems.map(({ path, code }) => `${path.join(".")} ${code}`),
    ["apps.0.integrations.0.parameters.account catalog.missing"],
  );
});

test("of a partner that nobody uses yet no host is judged that a parameter will complete", () => {
  const url = "https://(param.host):(param.port)/?e=(event-name)";
  const partners = [aPartner({ parameters: ["host", "port"], templates: [aTemplate({ url })] })];
  assert.equal(compileCatalog(aCatalog({ partners, apps: [] }), { hashes: testHashes }).kind, "compiled");
});

test("of very many mistakes in templates the first hundred are told", () => {
  const templates = [aTemplate({ method: "POST", body: "(foo)".repeat(200), contentType: "text/plain" }), aTemplate()];
  const partners = Array.from({ length: 50 }, (_, index) => aPartner({ id: `p-${index}`, templates }));
  const compilation = compileCatalog(aCatalog({ partners, apps: [] }), { hashes: testHashes });
  assert.ok(compilation.kind === "refused");
  assert.equal(compilation.problems.length, 100);
});

test("a template's warning comes once, though many integrations use it", () => {
  const warning: CompileTemplate = (template, context) => {
    const answer = plainTemplates(template, context);
    if (answer.kind === "refused") return answer;
    return {
      ...answer,
      warnings: [{ path: context.path, code: "template.plain_http", message: `${context.path.join(".")}: plain` }],
    };
  };
  const partners = [aPartner({ parameters: ["account"], templates: [aTemplate()] })];
  const apps = ["a", "b", "c"].map((id) =>
    anApp({ id, integrations: [anIntegration({ parameters: { account: id } })] }),
  );
  const compilation = compileCatalogWith(warning, aCatalog({ partners, apps }), { hashes: testHashes });
  assert.ok(compilation.kind === "compiled");
  assert.deepEqual(
    compilation.warnings.map(({ path }) => path.join(".")),
    ["partners.0.templates.0"],
  );
});

test("a partner's templates are compiled once for each set of parameters, not for each app", () => {
  let count = 0;
  const counting: CompileTemplate = (template, context) => {
    count += 1;
    return plainTemplates(template, context);
  };
  const integrationOf = (account: string) => anIntegration({ parameters: { account } });
  const apps = Array.from({ length: 50 }, (_, index) =>
    anApp({ id: `app-${index}`, integrations: [integrationOf(`account-${index % 2}`)] }),
  );
  const partners = [aPartner({ parameters: ["account"], templates: [aTemplate({ url: "<account>" })] })];
  const { apps: all } = compiled(aCatalog({ partners, apps }), counting);
  assert.equal(count, 2);
  assert.deepEqual(
    [...all.values()].slice(0, 3).map((app) => urlsOf(app, anEvent())[0]),
    ["account-0", "account-1", "account-0"],
  );
});

test("templates of a partner that nobody uses are checked all the same", () => {
  const seen: unknown[] = [];
  const looking: CompileTemplate = (template, context) => {
    seen.push(context.parameters);
    return plainTemplates(template, context);
  };
  compiled(
    aCatalog({ partners: [aPartner({ parameters: ["account"], templates: [aTemplate()] })], apps: [] }),
    looking,
  );
  assert.deepEqual(seen, [{ account: "parameter" }]);
});

test("an override is compiled with the integration's parameters, for it alone", () => {
  const partners = [aPartner({ parameters: ["account"], templates: [aTemplate({ url: "own <account>" })] })];
  const apps = [
    anApp({
      id: "a",
      integrations: [
        anIntegration({ parameters: { account: "1" }, templates: [aTemplate({ url: "override <account>" })] }),
      ],
    }),
    anApp({ id: "b", integrations: [anIntegration({ parameters: { account: "1" } })] }),
  ];
  const { apps: all } = compiled(aCatalog({ partners, apps }));
  assert.deepEqual(
    [...all.values()].map((app) => urlsOf(app, anEvent())[0]),
    ["override 1", "own 1"],
  );
});

test("every integration has a receiver, with its partner's terms", () => {
  const integrations = [anIntegration(), anIntegration({ configurator: "agency" })];
  const partner = aPartner({ expiresAfterMs: 5 });
  const { receivers } = compiled(
    aCatalog({ accounts: [anAccount()], partners: [partner], apps: [anApp({ integrations, grants: [aGrant()] })] }),
  );
  assert.deepEqual(
    [...receivers.keys()],
    ["integration:com.example.game:examplenetwork_int", "integration:com.example.game:examplenetwork_int:agency"],
  );
  for (const [id, receiver] of receivers) {
    assert.equal(receiver.id, id);
    assert.equal(receiver.partnerId, partner.id);
    assert.equal(receiver.limits, partner.limits);
    assert.equal(receiver.expiresAfterMs, 5);
  }
});

test("a target keeps its tag over revisions, whatever else changes", () => {
  const tagOf = (catalog: Catalog) =>
    [...compiled(catalog).apps.values()].flatMap((app) =>
      app.decide(anEvent(), nothingShown).matches.map(({ targetTag }) => targetTag),
    );
  const [first] = tagOf(aCatalog());
  const [second] = tagOf(
    aCatalog({ revision: 9, partners: [aPartner({ name: "Renamed" }), aPartner({ id: "other" })] }),
  );
  assert.match(first ?? "", /^[0-9a-f]{12}$/);
  assert.equal(first, second);
  assert.equal(first, testHashes.sha256("integration:examplenetwork_int/m-purchase").slice(0, 12));
});

test("with the real compiler of templates an event becomes the partner's request", () => {
  const compilation = compileCatalog(aCatalog(), { hashes: testHashes });
  assert.ok(compilation.kind === "compiled", JSON.stringify(compilation));
  assert.equal(compilation.compiled.revision, 1);
  const [app] = compilation.compiled.apps.values();
  assert.ok(app !== undefined);
  assert.deepEqual(urlsOf(app, anEvent({ value: '{"af_revenue":120.00}' })), [
    "https://partner.example/event?event=purchase&mapped=p1&value=%7B%22af_revenue%22%3A120.00%7D&revenue=120.00",
  ]);
});

test("half of a surrogate pair in a value is a request or a dead postback, never a throw", () => {
  const compilation = compileCatalog(aCatalog(), { hashes: testHashes });
  assert.ok(compilation.kind === "compiled");
  for (const app of compilation.compiled.apps.values()) {
    assert.equal(app.decide(anEvent({ value: '{"a":"\ud800"}' }), nothingShown).matches.length, 1);
  }
});

test("a rule's template is checked with the catalog, at its own place, and lint goes with it", () => {
  const refusing: CompileTemplate = (_template, { path, scope }) =>
    path.includes("rules")
      ? { kind: "refused", problems: [{ path, code: "template.url_invalid", message: scope.name }] }
      : plainTemplates(_template, { path, scope, parameters: {}, signing: null, hashes: testHashes });
  const refused = compileCatalogWith(refusing, aCatalog({ apps: [anApp({ rules: [aRule()] })] }), {
    hashes: testHashes,
  });
  assert.deepEqual(refused, {
    kind: "refused",
    problems: [
      {
        path: ["apps", 0, "rules", 0, "template"],
        code: "template.url_invalid",
        message: "a rule of style custom",
      },
    ],
  });
  const warned = aRule({ request: aRequest({ url: "http://hooks.example/?d=(idfa)" }) });
  const compilation = compileCatalog(aCatalog({ apps: [anApp({ rules: [warned] })] }), { hashes: testHashes });
  assert.ok(compilation.kind === "compiled");
  assert.ok(compilation.warnings.some(({ code }) => code === "template.personal_data_over_http"));
  assert.ok(compilation.compiled.receivers.has(receiverId("rule:com.example.game:crashes")));
});
