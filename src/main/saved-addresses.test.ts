import assert from "node:assert/strict";
import { test } from "node:test";
import type { LightMyRequestResponse } from "fastify";
import { addressGuard } from "#src/adapters/sender/address-guard.ts";
import { aCatalog, anApp, anIntegration, aPartner, aTemplate } from "#test/support/a-catalog.ts";
import { anEngine } from "#test/support/an-engine.ts";
import { anHttpOver } from "#test/support/an-http.ts";
import { insideUrls } from "#test/support/inside-urls.ts";
import { guardedCatalog } from "./guarded-catalog.ts";
import { hostRefusal } from "./host-refusal.ts";

const app = "com.example.game";
const outside = "https://partner.example/";

/** The doors as `openDoors` wires them. */
const start = async ({ allowed = [] as readonly string[], url = outside } = {}) => {
  const template = aTemplate({ url });
  const partner = aPartner({ templates: [template] });
  const under = await anEngine({
    catalog: aCatalog({ partners: [partner], apps: [anApp({ id: app, integrations: [anIntegration({})] })] }),
  });
  const guard = addressGuard(allowed);
  const engine = { ...under.engine, catalog: guardedCatalog(under.engine.catalog, guard) };
  const http = await anHttpOver({ ...under, engine, refuseAddress: (given) => hostRefusal(given, guard) });
  const partnerId = partner.id;
  const key = await http.ask({ method: "POST", url: "/v1/keys", payload: { kind: "export", name: "x", app_id: app } });
  return { http, under, partnerId, clientKey: String(key.json().key) };
};
type Started = Awaited<ReturnType<typeof start>>;

/** Names of this machine, in other scripts too: a URL's host is read as the web reads it (WHATWG URL, UTS 46). */
const insideNames: readonly string[] = [
  "http://localhost:9200/",
  "https://a.localhost./",
  "http://ｌｏｃａｌｈｏｓｔ/",
  "http://LOCALHOST\u3002/",
  "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:9200/",
  "http://local\u00adhost/",
  "http://𝓁ocalhost/",
];

let made = 0;
const templateOf = (url: string): object => ({
  event_kind: "in_app_event",
  dialect: "appsflyer",
  url,
});

/** Every way by which a URL gets into what is kept, or only into a dry run. */
const doors: Readonly<Record<string, (started: Started, url: string) => Promise<LightMyRequestResponse>>> = {
  "a partner's template": ({ http }, url) => {
    const id = `partner${made++}`;
    return http.ask({
      method: "PUT",
      url: `/v1/partners/${id}`,
      payload: { id, name: id, templates: [templateOf(url)] },
    });
  },
  "a partner's template, dry": ({ http }, url) =>
    http.ask({
      method: "PUT",
      url: `/v1/partners/dry${made++}?dry_run=true`,
      payload: { templates: [templateOf(url)] },
    }),
  "an integration's own template": ({ http, partnerId }, url) =>
    http.ask({
      method: "PATCH",
      url: `/v1/apps/${app}/integrations/${partnerId}`,
      payload: { templates: [templateOf(url)] },
    }),
  "a rule": ({ http }, url) => {
    const id = `rule${made++}`;
    return http.ask({
      method: "PUT",
      url: `/v1/apps/${app}/rules/${id}`,
      payload: {
        id,
        style: "custom",
        triggers: [{ key: "a.CrashEvent", matches: "ex" }],
        template: { dialect: "carom", url },
      },
    });
  },
  "a whole catalog": ({ http }, url) =>
    http.ask({
      method: "PUT",
      url: "/v1/catalog",
      payload: { carom: 1, partners: [{ id: `whole${made++}`, templates: [templateOf(url)] }] },
    }),
  "a notice": ({ http }, url) =>
    http.ask({ method: "POST", url: "/v1/notices", payload: { name: "ops", to: { kind: "webhook", url } } }),
  "Leanplum's addPostback": ({ http, clientKey }, url) =>
    http.app.inject({
      method: "POST",
      url: "/api?action=addPostback",
      headers: { "content-type": "application/json" },
      payload: { appId: app, clientKey, apiVersion: "1.0.6", postbackUrl: url },
    }),
  "Adobe's import": ({ http }, url) =>
    http.ask({
      method: "POST",
      url: `/v1/apps/${app}/rules/import`,
      payload: {
        messages: [
          {
            messageId: `message${made++}`,
            template: "callback",
            payload: { templateurl: url },
            showRule: "always",
            triggers: [{ key: "a", matches: "ex" }],
          },
        ],
      },
    }),
};

/** What tells of a refusal in an answer with 200: Leanplum has an error beside its success, an import leaves out. */
type InWords = { readonly imported?: readonly unknown[]; readonly response?: readonly { readonly error?: unknown }[] };

const isTaken = (answer: LightMyRequestResponse): boolean => {
  assert.ok(answer.statusCode < 500, answer.body);
  if (answer.statusCode >= 300) return false;
  const body: InWords = answer.json();
  return body.imported?.length !== 0 && body.response?.[0]?.error === undefined;
};

test("a URL that leads inside is saved by no door, however it is written", async (t) => {
  const started = await start();
  for (const [name, door] of Object.entries(doors)) {
    const control = await door(started, `${outside}?control`);
    assert.ok(isTaken(control), `${name} takes what leads outside: ${control.body}`);
  }
  const before = JSON.stringify(started.under.engine.catalog.current().catalog);
  const taken: string[] = [];
  for (const url of [...insideUrls, ...insideNames])
    for (const [name, door] of Object.entries(doors))
      if (isTaken(await door(started, url))) taken.push(`${name}: ${url}`);
  assert.deepEqual(taken, []);
  assert.equal(JSON.stringify(started.under.engine.catalog.current().catalog), before, "nothing was changed");
  t.diagnostic(`${insideUrls.length + 2} addresses at ${Object.keys(doors).length} doors`);
});

test("the refusal names the field, why, and what allows it; an allowed network is taken", async () => {
  const { http } = await start();
  const answer = await http.ask({
    method: "PUT",
    url: "/v1/partners/inside",
    payload: { templates: [templateOf("http://10.1.2.3/?e=(event_name)")] },
  });
  assert.equal(answer.statusCode, 422, answer.body);
  const [error] = answer.json().errors;
  assert.equal(error.code, "catalog.address_refused");
  assert.equal(error.path, "templates[0].url");
  assert.match(error.message, /10\.1\.2\.3 is not sent to: .*CAROM_ALLOWED_NETWORKS/);
  const notice = { name: "ops", to: { kind: "webhook", url: "http://10.1.2.3/hook" } };
  const refused = await http.ask({ method: "POST", url: "/v1/notices", payload: notice });
  assert.equal(refused.json().code, "notice.address_refused");
  const open = await start({ allowed: ["10.0.0.0/8"] });
  for (const [name, door] of Object.entries(doors))
    assert.ok(isTaken(await door(open, "http://10.1.2.3/")), `${name} takes what the operator allows`);
});

test("what was saved under other settings is in nobody's way, and a new place of another address is", async () => {
  const started = await start({ url: "http://10.1.2.3/" });
  const { http, partnerId } = started;
  const renamed = await http.ask({ method: "PATCH", url: `/v1/partners/${partnerId}`, payload: { name: "renamed" } });
  assert.equal(renamed.statusCode, 200, renamed.body);
  assert.ok(isTaken(await (doors["a rule"] ?? assert.fail())(started, outside)));
  assert.ok(!isTaken(await (doors["a rule"] ?? assert.fail())(started, "http://10.9.9.9/")));
});

test("a host that an event or a parameter completes is left to the sender", () => {
  const guard = addressGuard([]);
  for (const url of ["https://(param.host)/", "https://{param.host}.example/", "https://10.0.0.1{x}/", "not a url", ""])
    assert.equal(hostRefusal(url, guard), null, url);
  assert.notEqual(hostRefusal("https://10.0.0.1/?a={x}&b=(y)", guard), null);
  assert.notEqual(hostRefusal("https:\\\\10.0.0.1\\{x}", guard), null);
});
