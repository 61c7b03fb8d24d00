import { everybody, hidden, of, ownList, type Question, type Row } from "./authorisation-row.ts";
import { type SeveralAccounts, shop } from "./several-accounts.ts";

const inShop = { app_id: shop };
const withIntegration = { ...inShop, partner_id: "net_int" };
const ofTheAgency = { params: withIntegration, query: "?configurator=bright" };
const ofPartner = { partner_id: "acme_private" };
const copy = { app_ids: [shop], overwrite: true };
const ruleIds = { ids: ["acme_rule"] };
const mapping = { id: "bought", event_name: "purchase", partner_event: "bought" };
const removed = { ids: [mapping.id], remove: true };
const customEvent = "season pass of acme";

/** What acme's owner asks before: the same again in the same world is refused or changes nothing. */
const asOwner = (
  { app, headersOf }: SeveralAccounts,
  method: "POST" | "PATCH",
  { url, payload }: { readonly url: string; readonly payload: object },
) => app.inject({ method, url, payload, headers: headersOf("owner") });

/** acme's integration with the partner, or the agency's, has a mapping. */
const mapped = async (world: SeveralAccounts, question: Question): Promise<Question> => {
  const url = `/v1/apps/${shop}/integrations/net_int${question.query ?? ""}`;
  const headers = world.headersOf(question.query === undefined ? "owner" : "bright");
  await world.app.inject({ method: "PATCH", url, payload: { mappings: [mapping] }, headers });
  return { ...question, payload: removed };
};

const partner = { key: "partner/acme_private", url: "/v1/partners/acme_private", payload: { name: "Private of acme" } };
const renamed = (world: SeveralAccounts) => asOwner(world, "PATCH", partner);

const restoring = async (world: SeveralAccounts, { key, url, payload }: Restored): Promise<Question> => {
  await asOwner(world, "PATCH", { url, payload });
  const { data } = (
    await world.app.inject({ url: `/v1/audit?key=${encodeURIComponent(key)}`, headers: world.headersOf("owner") })
  ).json();
  const { revision } = data.find(({ change }: { readonly change: string }) => change !== "removed");
  return { payload: { key, revision } };
};
type Restored = { readonly key: string; readonly url: string; readonly payload: object };

const created = async (world: SeveralAccounts): Promise<Question> => {
  await asOwner(world, "POST", { url: `/v1/apps/${shop}/events`, payload: { name: customEvent } });
  return { params: inShop };
};

const inBulk: readonly Row[] = [
  {
    operation: "copyIntegration",
    expected: of("404", "404", "403", "404"),
    ask: () => ({ params: withIntegration, payload: copy }),
  },
  {
    operation: "copyIntegration",
    about: "of the agency",
    expected: of("ok", "404", "403", "404"),
    ask: () => ({ ...ofTheAgency, payload: copy }),
  },
  {
    operation: "changeMappings",
    expected: of("404", "404", "403", "404"),
    ask: (world) => mapped(world, { params: withIntegration }),
  },
  {
    operation: "changeMappings",
    about: "of the agency",
    expected: of("ok", "404", "403", "404"),
    ask: (world) => mapped(world, ofTheAgency),
  },
  {
    operation: "activateRules",
    expected: of("403", "404", "403", "404"),
    ask: () => ({ params: inShop, payload: ruleIds }),
  },
  {
    operation: "deactivateRules",
    expected: of("403", "404", "403", "404"),
    ask: () => ({ params: inShop, payload: ruleIds }),
  },
];

const audit: readonly Row[] = [
  {
    operation: "readAudit",
    // What the agency configures stands in acme's app: its own changes name that app.
    expected: of("ok", "clean", "clean", "clean"),
    ask: async (world) => {
      await renamed(world);
      return {};
    },
  },
  {
    operation: "readAudit",
    about: "of partners",
    expected: ownList,
    ask: async (world) => {
      await renamed(world);
      return { query: "?kind=partner" };
    },
  },
  {
    operation: "readAudit",
    about: "asked for acme's account",
    expected: ownList,
    ask: async (world) => {
      await renamed(world);
      return { query: "?account_id=acme" };
    },
  },
  {
    operation: "readPartnerVersions",
    expected: hidden,
    ask: async (world) => {
      await renamed(world);
      return { params: ofPartner };
    },
  },
  {
    operation: "readPartnerVersions",
    about: "of a partner that all see",
    expected: everybody,
    ask: () => ({ params: { partner_id: "shared_int" } }),
  },
  {
    operation: "restoreResource",
    expected: hidden,
    ask: (world) => restoring(world, partner),
  },
  {
    operation: "restoreResource",
    about: "of a partner that is removed since",
    expected: hidden,
    ask: async (world) => {
      const question = await restoring(world, partner);
      await world.app.inject({ method: "DELETE", url: partner.url, headers: world.headersOf("owner") });
      return question;
    },
  },
  {
    operation: "restoreResource",
    about: "of an app that is seen",
    // The app is seen, its versions are not.
    expected: hidden,
    ask: (world) =>
      restoring(world, { key: `app/${shop}`, url: `/v1/apps/${shop}`, payload: { name: "Shop of acme" } }),
  },
];

const customEvents: readonly Row[] = [
  { operation: "listKnownEvents", expected: of("ok", "404", "clean", "404"), ask: created },
  {
    operation: "createEvent",
    expected: of("403", "404", "403", "404"),
    ask: () => ({ params: inShop, payload: { name: "fresh" } }),
  },
  {
    operation: "removeEvent",
    expected: of("403", "404", "403", "404"),
    ask: async (world) => ({ params: { ...(await created(world)).params, name: customEvent } }),
  },
];

export const resourceActionRows: readonly Row[] = [...inBulk, ...audit, ...customEvents];
