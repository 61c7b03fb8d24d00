import { nodeHashes } from "#src/adapters/system/node-hashes.ts";
import { mainAccountId } from "#src/core/catalog/main-account.ts";
import { accountId, appId, partnerId } from "#src/core/ids.ts";
import { integrationReceiverId } from "#src/core/postbacks/target-key.ts";
import { feedObserver } from "#src/http/feed-messages.ts";
import { type NewKey, openKeyring } from "#src/http/keyring.ts";
import { LiveFeed } from "#src/http/live-feed.ts";
import type { IdentityProvider } from "#src/ports/identity-provider.ts";
import { aCatalog, aGrant, anAccount, anApp, anIntegration, aPartner, aRule } from "./a-catalog.ts";
import { aNewKey } from "./a-new-key.ts";
import { accept, anEngine } from "./an-engine.ts";
import { anEvent } from "./an-event.ts";
import { anHttpOver } from "./an-http.ts";
import { type PersonName, peopleOfAccounts, personHeaders, personNames } from "./people-of-accounts.ts";
import { seededChance } from "./seeded-chance.ts";
import { turnedClock } from "./turned-clock.ts";

export const shop = "com.acme.shop";
const rivalGame = "com.rival.game";

/** Sends everybody on, and takes nobody back. */
const identityProvider: IdentityProvider = {
  probe: async () => null,
  start: async () => ({
    kind: "started",
    url: "https://id.example/",
    checks: { state: "s", nonce: "n", codeVerifier: "v" },
  }),
  finish: async () => ({ kind: "fault", why: "not_begun", said: null, reason: "nobody began" }),
};

/**
 * A server with the accounts of every kind: `acme` owns the app `com.acme.shop`, which is connected with the
 * partner `net_int` of the account `net`, by acme itself and by the agency `bright`, which may do
 * everything. The agency `dim` is granted nothing, the advertiser `rival` has an app of its own.
 */
const catalog = () =>
  aCatalog({
    accounts: [
      anAccount({ id: "acme", kind: "advertiser", afPrtNames: [] }),
      anAccount({ id: "rival", kind: "advertiser", afPrtNames: [] }),
      anAccount({ id: "bright", afPrtNames: ["brightprt"] }),
      anAccount({ id: "dim", afPrtNames: ["dimprt"] }),
      anAccount({ id: "net", kind: "partner", afPrtNames: [] }),
    ],
    partners: [
      aPartner({ id: "net_int", accountId: accountId("net") }),
      aPartner({ id: "acme_private", accountId: accountId("acme") }),
      aPartner({ id: "shared_int" }),
    ],
    apps: [
      anApp({
        id: shop,
        accountId: accountId("acme"),
        integrations: [
          anIntegration({ partnerId: "net_int" }),
          anIntegration({ partnerId: "net_int", configurator: "bright" }),
        ],
        rules: [aRule({ id: "acme_rule" })],
        grants: [aGrant({ accountId: "bright", replay: true })],
      }),
      anApp({
        id: rivalGame,
        accountId: accountId("rival"),
        integrations: [anIntegration({ partnerId: "shared_int" })],
      }),
      anApp({ integrations: [] }),
    ],
  });

const ofAccount = (account: string, role: NewKey["role"] = "owner"): NewKey =>
  aNewKey({ name: `${role} of ${account}`, accountId: accountId(account), role });
const ofApp = (kind: "ingest" | "export", account: string, app: string): NewKey =>
  aNewKey({ kind, name: `${kind} of ${app}`, accountId: accountId(account), role: null, appId: appId(app) });

const keysOf = {
  ingest: ofApp("ingest", "acme", shop),
  export: ofApp("export", "acme", shop),
  "ingest of rival": ofApp("ingest", "rival", rivalGame),
  "export of rival": ofApp("export", "rival", rivalGame),
  viewer: ofAccount("acme", "viewer"),
  editor: ofAccount("acme", "editor"),
  admin: ofAccount("acme", "admin"),
  owner: ofAccount("acme"),
  bright: ofAccount("bright"),
  dim: ofAccount("dim"),
  net: ofAccount("net"),
  "viewer of bright": ofAccount("bright", "viewer"),
  "viewer of net": ofAccount("net", "viewer"),
  rival: ofAccount("rival"),
  "editor of main": aNewKey({ accountId: mainAccountId, role: "editor" }),
  operator: aNewKey({ accountId: mainAccountId, role: "admin" }),
} satisfies Record<string, NewKey>;
export type CallerName = keyof typeof keysOf | PersonName | "nobody";
const isCaller = (name: string): name is keyof typeof keysOf => Object.hasOwn(keysOf, name);
const callersWithKeys = Object.keys(keysOf).filter(isCaller);
export const callerNames: readonly CallerName[] = ["nobody", ...callersWithKeys, ...personNames];

export type SeveralAccounts = Awaited<ReturnType<typeof severalAccounts>>;

export const severalAccounts = async () => {
  const clock = turnedClock();
  const feed = new LiveFeed({ clock, chance: seededChance(5) });
  const under = await anEngine({ catalog: catalog(), clock, observer: feedObserver(feed) });
  const { engine, storage } = under;
  const person = { customer_user_id: "acme-person-1" };
  const own = anEvent({ appId: shop, name: "purchase", fields: { ...person, media_source: "net_int" } });
  const ofAgency = anEvent({ appId: shop, name: "purchase", fields: { ...person, af_prt: "brightprt" } });
  await accept(under, [own, ofAgency]);
  await clock.turn(1_000);
  const keyring = await openKeyring({ keys: storage.keys, hashes: nodeHashes, clock, chance: seededChance(7) });
  const secrets = new Map<CallerName, string>();
  const ids = new Map<CallerName, string>();
  for (const name of callersWithKeys) {
    const made = await keyring.make(keysOf[name]);
    secrets.set(name, made.secret);
    ids.set(name, made.key.id);
  }
  await storage.people.save({ put: await peopleOfAccounts(clock.now()) });
  const http = await anHttpOver({ engine, storage, clock, feed, identityProvider, publicUrl: "http://carom.example" });
  const [postback] = (await storage.log.findPostbacks({ eventId: own.id }, { limit: 1, cursor: null })).items;
  const headersOf = (caller: CallerName): { readonly authorization?: string } => {
    const person = personNames.find((name) => name === caller);
    if (person !== undefined) return personHeaders(person);
    const secret = secrets.get(caller);
    return secret === undefined ? {} : { authorization: `Bearer ${secret}` };
  };
  return {
    app: http.app,
    storage,
    engine,
    clock,
    headersOf,
    keyId: (caller: CallerName) => ids.get(caller) ?? "",
    eventId: own.id,
    eventOfAgency: ofAgency.id,
    postbackId: postback?.postback.id ?? "",
    receiverId: integrationReceiverId(appId(shop), partnerId("net_int"), null),
  };
};
