import { everybody, hidden, of, operatorOnly, ownList, type Question, type Row, unknown } from "./authorisation-row.ts";
import { peopleRows } from "./people-rows.ts";
import { resourceActionRows } from "./resource-action-rows.ts";
import { type SeveralAccounts, shop } from "./several-accounts.ts";
import { vendorRows } from "./vendor-rows.ts";

/** By server: what acme's owner has made there, by the path that makes it. */
const known = new WeakMap<SeveralAccounts, Map<string, string>>();

/** Asks acme's owner for something first, once, and answers the id of what was made. */
const made = async (world: SeveralAccounts, url: string, payload: object): Promise<string> => {
  const ofWorld = known.get(world) ?? new Map<string, string>();
  known.set(world, ofWorld);
  const id = ofWorld.get(url) ?? (await makeAsOwner(world, url, payload));
  ofWorld.set(url, id);
  return id;
};

const makeAsOwner = async (world: SeveralAccounts, url: string, payload: object): Promise<string> => {
  const answer = await world.app.inject({ method: "POST", url, payload, headers: world.headersOf("owner") });
  return String(answer.json().id);
};

const byId = (id: string) => ({ params: { id } });
const template = { event_kind: "install", dialect: "carom", url: "https://net.example/i" };
const newPartner = { id: "fresh_int", templates: [template] };
const newRule = {
  id: "fresh",
  name: "fresh",
  style: "custom",
  triggers: [{ key: "event_name", matches: "eq", values: ["purchase"] }],
  template: { dialect: "carom", url: "https://acme.example/r" },
};
const integration = { partner_id: "net_int", install_postbacks: "off" };
const grant = { configure_in_app_postbacks: false };
const notice = { name: "ops", kinds: "*", to: { kind: "webhook", url: "https://ops.example/hook", secret: null } };
const identifiers = [{ kind: "user_id", value: "acme-person-1" }];
const start = { filter: { app_id: shop }, dry_run: true };
const inShop = { app_id: shop };
const running = { filter: { app_id: shop } };

const looking: readonly Row[] = [
  { operation: "findEvents", expected: of("ok", "clean", "clean", "clean"), ask: () => ({}) },
  { operation: "readEvent", expected: hidden, ask: ({ eventId }) => byId(eventId) },
  {
    operation: "readEvent",
    about: "of the agency",
    expected: of("ok", "404", "404", "404"),
    ask: ({ eventOfAgency }) => byId(eventOfAgency),
  },
  { operation: "explain", expected: hidden, ask: ({ eventId }) => ({ payload: { id: eventId, at: "now" } }) },
  {
    operation: "explain",
    about: "of a supposed event",
    expected: of("ok", "unknown", "unknown", "unknown"),
    ask: () => ({ payload: { event: { app_id: shop, event_name: "purchase" } } }),
  },
  { operation: "findPostbacks", expected: of("ok", "clean", "ok", "clean"), ask: () => ({}) },
  { operation: "readPostback", expected: of("404", "404", "ok", "404"), ask: ({ postbackId }) => byId(postbackId) },
  { operation: "preview", expected: hidden, ask: ({ eventId }) => ({ payload: { id: eventId } }) },
  { operation: "readStats", expected: ownList, ask: () => ({ query: `?app_id=${shop}` }) },
  { operation: "readPostbackReport", expected: of("ok", "clean", "ok", "clean"), ask: () => ({}) },
  { operation: "stream", expected: ownList, ask: () => ({ method: "HEAD" }) },
  { operation: "listGallery", expected: everybody, ask: () => ({}) },
  { operation: "readGalleryPartner", expected: everybody, ask: (world) => galleryPartner(world) },
  {
    operation: "proposeTemplate",
    expected: everybody,
    ask: () => ({ payload: { url: "https://net.example/?id={clickid}" } }),
  },
];

const galleryPartner = async (world: SeveralAccounts): Promise<Question> => {
  const answer = await world.app.inject({ url: "/v1/partner-gallery", headers: world.headersOf("operator") });
  return byId(String(answer.json().data[0].id));
};

const doing: readonly Row[] = [
  {
    operation: "sendEvents",
    expected: of("refused", "refused", "refused", "refused"),
    ask: () => ({ payload: { app_id: shop, event_name: "purchase" } }),
  },
  {
    operation: "redeliver",
    expected: of("404", "404", "403", "404"),
    ask: ({ postbackId }) => ({ ...byId(postbackId), payload: { render: "as_sent" } }),
  },
  { operation: "cancelPostbacks", expected: of("clean", "403", "403", "clean"), ask: () => ({ payload: start }) },
  { operation: "rerenderPostbacks", expected: of("clean", "403", "403", "clean"), ask: () => ({ payload: start }) },
  { operation: "startReplay", expected: of("clean", "403", "403", "clean"), ask: () => ({ payload: start }) },
  {
    operation: "readReplay",
    expected: hidden,
    ask: async (world) => byId(await made(world, "/v1/replays", running)),
  },
  {
    operation: "stopReplay",
    expected: hidden,
    ask: async (world) => byId(await made(world, "/v1/replays", running)),
  },
  {
    operation: "startSimulation",
    expected: of("clean", "clean", "clean", "clean"),
    ask: () => ({ payload: { changes: {}, filter: {} } }),
  },
  {
    operation: "startSimulation",
    about: "of the advertiser's integration",
    expected: of("404", "unknown", "403", "unknown"),
    ask: () => ({ payload: { changes: { integrations: [{ ...inShop, ...integration }] } } }),
  },
  {
    operation: "startSimulation",
    about: "of the agency's integration",
    expected: of("ok", "unknown", "403", "unknown"),
    ask: () => ({ payload: { changes: { integrations: [{ ...inShop, ...integration, configurator: "bright" }] } } }),
  },
  {
    operation: "startSimulation",
    about: "of acme's partner",
    expected: unknown,
    ask: () => ({ payload: { changes: { partners: [{ id: "acme_private", templates: [template] }] } } }),
  },
  {
    operation: "startSimulation",
    about: "without acme's rule",
    expected: of("404", "unknown", "404", "unknown"),
    ask: () => ({ payload: { changes: { remove: { rules: [{ ...inShop, id: "acme_rule" }] } } } }),
  },
  { operation: "findSimulations", expected: ownList, ask: () => ({}) },
  {
    operation: "readSimulation",
    expected: hidden,
    ask: async (world) => byId(await made(world, "/v1/simulations", { changes: {}, filter: {} })),
  },
  {
    operation: "stopSimulation",
    expected: hidden,
    ask: async (world) => byId(await made(world, "/v1/simulations", { changes: {}, filter: {} })),
  },
  { operation: "startBackfill", expected: of("clean", "403", "403", "clean"), ask: () => ({ payload: start }) },
  {
    operation: "readBackfill",
    expected: hidden,
    ask: async (world) => byId(await made(world, "/v1/backfills", running)),
  },
  {
    operation: "stopBackfill",
    expected: hidden,
    ask: async (world) => byId(await made(world, "/v1/backfills", running)),
  },
  {
    operation: "testPartner",
    expected: of("403", "unknown", "403", "unknown"),
    ask: () => ({ ...byId("net_int"), payload: { app_id: shop } }),
  },
  { operation: "pauseReceiver", expected: of("404", "404", "403", "404"), ask: ({ receiverId }) => byId(receiverId) },
  { operation: "resumeReceiver", expected: of("404", "404", "403", "404"), ask: ({ receiverId }) => byId(receiverId) },
  { operation: "pausePartner", expected: hidden, ask: () => byId("acme_private") },
  { operation: "resumePartner", expected: hidden, ask: () => byId("acme_private") },
  { operation: "pauseApp", expected: of("403", "404", "403", "404"), ask: () => byId(shop) },
  { operation: "resumeApp", expected: of("403", "404", "403", "404"), ask: () => byId(shop) },
  { operation: "pauseEverything", expected: operatorOnly, ask: () => ({}) },
  { operation: "resumeEverything", expected: operatorOnly, ask: () => ({}) },
  { operation: "listPauses", expected: of("clean", "clean", "clean", "clean"), ask: (world) => paused(world) },
  {
    operation: "eraseUserData",
    expected: unknown,
    ask: () => ({ payload: { app_id: shop, identifiers } }),
  },
];

/** acme has paused a partner of its own. */
const paused = async (world: SeveralAccounts): Promise<Question> => {
  const headers = world.headersOf("owner");
  await world.app.inject({ method: "POST", url: "/v1/partners/acme_private/pause", headers });
  return {};
};

const keysAndSecrets: readonly Row[] = [
  { operation: "listKeys", expected: ownList, ask: () => ({}) },
  { operation: "makeKey", expected: unknown, ask: () => ({ payload: { kind: "ingest", name: "x", app_id: shop } }) },
  { operation: "rotateKey", expected: hidden, ask: ({ keyId }) => byId(keyId("viewer")) },
  { operation: "removeKey", expected: hidden, ask: ({ keyId }) => byId(keyId("viewer")) },
  { operation: "listSecrets", expected: ownList, ask: (world) => secretOfAcme(world) },
  {
    operation: "putSecret",
    expected: everybody,
    ask: () => ({ params: { name: "acme_secret" }, payload: { value: "x" } }),
  },
  {
    operation: "removeSecret",
    // The operator's secrets are those of the main account.
    expected: { ...hidden, operator: "404" },
    ask: async (world) => ({ ...(await secretOfAcme(world)), params: { name: "acme_secret" } }),
  },
  { operation: "listNotices", expected: ownList, ask: () => ({}) },
  { operation: "makeNotice", expected: everybody, ask: () => ({ payload: notice }) },
  { operation: "readNotice", expected: hidden, ask: async (world) => byId(await made(world, "/v1/notices", notice)) },
  {
    operation: "putNotice",
    expected: hidden,
    ask: async (world) => ({ ...byId(await made(world, "/v1/notices", notice)), payload: notice }),
  },
  { operation: "removeNotice", expected: hidden, ask: async (world) => byId(await made(world, "/v1/notices", notice)) },
  { operation: "testNotice", expected: hidden, ask: async (world) => byId(await made(world, "/v1/notices", notice)) },
];

const secretOfAcme = async ({ app, headersOf }: SeveralAccounts): Promise<Question> => {
  const question = { method: "PUT", url: "/v1/secrets/acme_secret", payload: { value: "x" } } as const;
  await app.inject({ ...question, headers: headersOf("owner") });
  return {};
};

const withIntegration = { ...inShop, partner_id: "net_int" };
const ruleOf = { ...inShop, rule_id: "acme_rule" };
const grantOf = { ...inShop, account_id: "bright" };
const ofTheAgency = { params: withIntegration, query: "?configurator=bright" };

const configuration: readonly Row[] = [
  { operation: "readCatalog", expected: ownList, ask: () => ({}) },
  {
    operation: "changeCatalog",
    expected: unknown,
    ask: () => ({ payload: { carom: 1, partners: [{ id: "acme_private", templates: [template] }] } }),
  },
  { operation: "listAccounts", expected: ownList, ask: () => ({}) },
  { operation: "readAccount", expected: hidden, ask: () => ({ params: { account_id: "acme" } }) },
  { operation: "createAccount", expected: operatorOnly, ask: () => ({ payload: { id: "fresh", kind: "agency" } }) },
  {
    operation: "replaceAccount",
    expected: operatorOnly,
    ask: () => ({ params: { account_id: "acme" }, payload: { kind: "advertiser", name: "Acme" } }),
  },
  {
    operation: "changeAccount",
    expected: operatorOnly,
    ask: () => ({ params: { account_id: "acme" }, payload: { name: "Acme" } }),
  },
  { operation: "removeAccount", expected: operatorOnly, ask: () => ({ params: { account_id: "dim" } }) },
  { operation: "listPartners", expected: ownList, ask: () => ({}) },
  { operation: "readPartner", expected: hidden, ask: () => ({ params: { partner_id: "acme_private" } }) },
  { operation: "createPartner", expected: everybody, ask: () => ({ payload: newPartner }) },
  {
    operation: "replacePartner",
    expected: unknown,
    ask: () => ({ params: { partner_id: "acme_private" }, payload: { templates: [template] } }),
  },
  {
    operation: "changePartner",
    expected: hidden,
    ask: () => ({ params: { partner_id: "acme_private" }, payload: { name: "x" } }),
  },
  { operation: "removePartner", expected: hidden, ask: () => ({ params: { partner_id: "acme_private" } }) },
  { operation: "listApps", expected: of("ok", "clean", "ok", "clean"), ask: () => ({}) },
  { operation: "readApp", expected: of("ok", "404", "ok", "404"), ask: () => ({ params: inShop }) },
  {
    operation: "createApp",
    expected: of("unknown", "unknown", "unknown", "ok"),
    ask: () => ({ payload: { id: "com.fresh" } }),
  },
  {
    operation: "replaceApp",
    expected: of("403", "unknown", "403", "unknown"),
    ask: () => ({ params: inShop, payload: { name: "Shop" } }),
  },
  {
    operation: "changeApp",
    expected: of("403", "404", "403", "404"),
    ask: () => ({ params: inShop, payload: { name: "Shop" } }),
  },
  { operation: "removeApp", expected: of("403", "404", "403", "404"), ask: () => ({ params: inShop }) },
  { operation: "listIntegrations", expected: of("ok", "404", "ok", "404"), ask: () => ({ params: inShop }) },
  { operation: "readIntegration", expected: of("404", "404", "ok", "404"), ask: () => ({ params: withIntegration }) },
  {
    operation: "readIntegration",
    about: "of the agency",
    expected: of("ok", "404", "ok", "404"),
    ask: () => ofTheAgency,
  },
  {
    operation: "replaceIntegration",
    expected: of("404", "404", "403", "404"),
    ask: () => ({ params: withIntegration, payload: integration }),
  },
  {
    operation: "changeIntegration",
    expected: of("404", "404", "403", "404"),
    ask: () => ({ params: withIntegration, payload: { active: false } }),
  },
  {
    operation: "changeIntegration",
    about: "of the agency",
    expected: of("ok", "404", "403", "404"),
    ask: () => ({ ...ofTheAgency, payload: { active: false } }),
  },
  {
    operation: "removeIntegration",
    expected: of("404", "404", "403", "404"),
    ask: () => ({ params: withIntegration }),
  },
  { operation: "listRules", expected: of("clean", "404", "clean", "404"), ask: () => ({ params: inShop }) },
  { operation: "readRule", expected: hidden, ask: () => ({ params: ruleOf }) },
  { operation: "createRule", expected: hidden, ask: () => ({ params: inShop, payload: newRule }) },
  {
    operation: "replaceRule",
    expected: hidden,
    ask: () => ({ params: ruleOf, payload: { ...newRule, id: "acme_rule" } }),
  },
  { operation: "changeRule", expected: hidden, ask: () => ({ params: ruleOf, payload: { active: false } }) },
  { operation: "removeRule", expected: hidden, ask: () => ({ params: ruleOf }) },
  {
    operation: "importRules",
    expected: of("403", "404", "403", "404"),
    ask: () => ({ params: inShop, query: "?dry_run=true", payload: { messages: [] } }),
  },
  { operation: "listRates", expected: everybody, ask: () => ({}) },
  { operation: "importRates", expected: operatorOnly, ask: () => ({ payload: { rates: [] } }) },
  { operation: "listGrants", expected: of("ok", "404", "clean", "404"), ask: () => ({ params: inShop }) },
  { operation: "readGrant", expected: of("ok", "404", "404", "404"), ask: () => ({ params: grantOf }) },
  {
    operation: "replaceGrant",
    expected: of("403", "404", "404", "404"),
    ask: () => ({ params: grantOf, payload: grant }),
  },
  {
    operation: "changeGrant",
    expected: of("403", "404", "404", "404"),
    ask: () => ({ params: grantOf, payload: grant }),
  },
  { operation: "removeGrant", expected: of("403", "404", "404", "404"), ask: () => ({ params: grantOf }) },
];

/** Who is nobody in the main account does not come so far. */
const ofMain: readonly Row[] = [{ operation: "readMetrics", expected: everybody, ask: () => ({}) }];

const open: readonly Row[] = ["isHealthy", "isReady", "readDocs", "readOpenApi"].map((operation) => ({
  operation,
  expected: everybody,
  ask: () => ({}),
}));

export const matrixRows: readonly Row[] = [
  ...vendorRows,
  ...looking,
  ...ofMain,
  ...doing,
  ...keysAndSecrets,
  ...peopleRows,
  ...configuration,
  ...resourceActionRows,
  ...open,
];
