import type { Account, App, EventMapping, Grant, Integration, Partner } from "#src/core/catalog/catalog.ts";
import { mainAccountId } from "#src/core/catalog/main-account.ts";
import type { RequestTemplate } from "#src/core/catalog/request-template.ts";
import type { AccountId, PartnerId } from "#src/core/ids.ts";
import type { Problem } from "#src/core/problem.ts";
import { daysMax } from "./check-delivery-terms.ts";
import { checkOwner } from "./check-owner.ts";
import { checkTemplateDoubles } from "./check-partner.ts";
import { checkRules } from "./check-rules.ts";
import { checkId, type Findings, refuse, refuseDoubles, warn } from "./findings.ts";

/** Seed 003: at most five conditions an event mapping. */
const conditionsMax = 5;

export type AppSurroundings = {
  readonly accounts: ReadonlyMap<AccountId, Account>;
  readonly partners: ReadonlyMap<PartnerId, Partner>;
};

/** Where a check stands, and what it may look up. */
type Place = {
  readonly findings: Findings;
  readonly path: Problem["path"];
  readonly surroundings: AppSurroundings;
};

const below = (place: Place, ...steps: Problem["path"]): Place => ({ ...place, path: [...place.path, ...steps] });

export function checkApp(place: Place, app: App): void {
  const { findings, path } = place;
  checkId(findings, app.id, [...path, "id"]);
  const { accounts } = place.surroundings;
  checkOwner(findings, app.accountId, { path: [...path, "account_id"], accounts, kind: "advertiser" });
  for (const [index, grant] of app.grants.entries()) checkGrant(below(place, "grants", index), grant);
  const granted = app.grants.map(({ accountId }) => accountId);
  refuseDoubles(findings, granted, { path: [...path, "grants"], member: "account_id" });
  for (const [index, integration] of app.integrations.entries()) {
    const at = below(place, "integrations", index);
    checkIntegration(at, integration, granted);
    checkReach(at, integration, app.accountId);
  }
  checkCustomEvents(below(place, "custom_events"), app);
  checkRules(findings, app, path);
  const keys = app.integrations.map(({ partnerId, configurator }) => `${partnerId}:${configurator ?? ""}`);
  refuseDoubles(findings, keys, { path: [...path, "integrations"], member: "partner_id" });
}

/** As many as anybody reads in a list. */
const customEventsMax = 500;

function checkCustomEvents({ findings, path, surroundings }: Place, { customEvents }: App): void {
  const names = customEvents.map(({ name }) => name);
  refuseDoubles(findings, names, { path, member: "name" });
  if (customEvents.length > customEventsMax) {
    refuse(findings, "catalog.too_many", { path, message: `an app has at most ${customEventsMax} custom events` });
  }
  for (const [index, { createdUnder }] of customEvents.entries()) {
    if (createdUnder === null || surroundings.partners.has(createdUnder)) continue;
    const message = `there is no partner ${createdUnder}; leave it out, or name one of partners`;
    refuse(findings, "catalog.unknown_reference", { path: [...path, index, "created_under"], message });
  }
}

function checkGrant({ findings, path, surroundings }: Place, grant: Grant): void {
  const account = surroundings.accounts.get(grant.accountId);
  if (account === undefined) {
    const message = `there is no account ${grant.accountId}; add it to accounts`;
    refuse(findings, "catalog.unknown_reference", { path: [...path, "account_id"], message });
  } else if (account.kind === "advertiser") {
    const message = "a grant is for an agency or a partner, not for an advertiser";
    refuse(findings, "catalog.value", { path: [...path, "account_id"], message });
  }
}

function checkIntegration(place: Place, integration: Integration, granted: readonly AccountId[]): void {
  const { findings, path, surroundings } = place;
  checkConfigurator(place, integration, granted);
  checkWindow(place, integration);
  checkTemplateDoubles(findings, integration.templates, [...path, "templates"]);
  const partner = surroundings.partners.get(integration.partnerId);
  if (partner === undefined) {
    const message = `there is no partner ${integration.partnerId}; add it to partners`;
    refuse(findings, "catalog.unknown_reference", { path: [...path, "partner_id"], message });
  } else {
    checkParameters(place, integration, partner);
    checkHeaders(place, integration, partner);
  }
  const ids = integration.mappings.map(({ id }) => id);
  refuseDoubles(findings, ids, { path: [...path, "mappings"], member: "id", hint: mappingIdHint });
  warnOfDoubles(place, integration.mappings);
  if (integration.inApp.mappingMethod === "as_is_all" && integration.mappings.length > 0) {
    const message = "as_is_all sends every event; mappings are not looked at";
    warn(findings, "catalog.mapping_unused", { path: [...path, "mappings"], message });
  }
  warnOfUnusedSending(place, integration);
  for (const [index, mapping] of integration.mappings.entries()) {
    checkMapping(below(place, "mappings", index), mapping);
    if (integration.inApp.mappingMethod !== "pick_list" || partner === undefined) continue;
    if (partner.predefinedEvents.includes(mapping.partnerEvent)) continue;
    const known = partner.predefinedEvents.join(", ");
    const message = `${mapping.partnerEvent} is none of the partner's events: ${known === "" ? "it has none; name them in its predefined_events" : known}`;
    const at = [...path, "mappings", index, "partner_event"];
    refuse(findings, "catalog.unknown_reference", { path: at, message });
  }
}

/** A partner of an advertiser or agency has its templates and secrets: nobody else sends with them. */
function checkReach({ findings, path, surroundings }: Place, integration: Integration, owner: AccountId): void {
  const { partnerId, configurator } = integration;
  const partner = surroundings.partners.get(partnerId);
  const account = partner === undefined ? undefined : surroundings.accounts.get(partner.accountId);
  if (partner === undefined || account === undefined || account.id === (configurator ?? owner)) return;
  const isOpen = account.id === mainAccountId || account.kind === "partner" || account.id === owner;
  if (isOpen) {
    if (partner.templates.every(({ request }) => !givesSecretAway(request))) return;
    const message = `${partnerId} sends a secret of ${account.id} to a host that the integration's parameters name; make a partner of your own like it`;
    refuse(findings, "catalog.value", { path: [...path, "partner_id"], message });
    return;
  }
  const message = `${partnerId} is another account's own partner; take one of the main account, of a partner or your own`;
  refuse(findings, "catalog.value", { path: [...path, "partner_id"], message });
}

/** Whoever gives the parameters would have the secret sent to a host of its own. */
const givesSecretAway = ({ url, headers, body }: RequestTemplate): boolean =>
  /^https?:\/\/[^/?#]*[({]\s*param\./i.test(url) &&
  [url, body ?? "", ...headers.map(({ value }) => value)].some((text) => /[({$|:]\s*secret\./i.test(text));

/** Whom and what *as is* shares says nothing of mappings: whoever sets it for them finds that less goes out. */
function warnOfUnusedSending({ findings, path }: Place, { inApp, mappings }: Integration): void {
  if (inApp.mappingMethod === "as_is_all") return;
  const tell = (member: string, value: string, used: string): void => {
    const message = `${value} holds for mapping_method as_is_all alone; mappings have their own ${member}, and some say ${used}`;
    warn(findings, "catalog.sending_unused", { path: [...path, "in_app_postbacks", member], message });
  };
  const narrow = mappings.find(({ sendFor }) => sendFor !== inApp.sendFor);
  if (inApp.sendFor !== "partner_only" && narrow !== undefined) tell("send_for", inApp.sendFor, narrow.sendFor);
  const silent = mappings.find(({ dataSharing }) => dataSharing !== inApp.dataSharing);
  if (inApp.dataSharing !== "none" && silent !== undefined) tell("data_sharing", inApp.dataSharing, silent.dataSharing);
}

/** Most mappings have an id that nobody wrote. */
const mappingIdHint =
  "; without an id of its own a mapping has one made of event_name and partner_event: write an id, or put their conditions in one mapping";

/** Mappings that differ in their id alone send the partner everything twice. */
function warnOfDoubles({ findings, path }: Place, mappings: readonly EventMapping[]): void {
  const seen = new Map<string, number>();
  for (const [index, mapping] of mappings.entries()) {
    const content = JSON.stringify({ ...mapping, id: null });
    const first = seen.get(content);
    if (first === undefined) seen.set(content, index);
    else {
      const at = [...path, "mappings", index];
      const message = `it is the same as mappings[${first}]: the partner has each event twice`;
      warn(findings, "catalog.mapping_doubled", { path: at, message });
    }
  }
}

/** An override's headers stand beside the partner's headers for the ids. */
function checkHeaders({ findings, path }: Place, { templates }: Integration, { idHeaders }: Partner): void {
  const taken = idHeaders === null ? [] : [idHeaders.postbackId.toLowerCase(), idHeaders.attempt.toLowerCase()];
  for (const [index, { request }] of templates.entries()) {
    for (const [place, { name }] of request.headers.entries()) {
      if (!taken.includes(name.toLowerCase())) continue;
      const message = `${name} is one of the partner's id_headers; take another one`;
      refuse(findings, "catalog.value", { path: [...path, "templates", index, "headers", place, "name"], message });
    }
  }
}

function checkConfigurator(place: Place, { configurator }: Integration, granted: readonly AccountId[]): void {
  if (configurator === null) return;
  const { findings, surroundings } = place;
  const path = [...place.path, "configurator"];
  const account = surroundings.accounts.get(configurator);
  if (account === undefined) {
    const message = `there is no account ${configurator}; add it to accounts`;
    refuse(findings, "catalog.unknown_reference", { path, message });
  } else if (account.kind !== "agency") {
    const message = "a configurator is an agency; leave it out for the advertiser's own";
    refuse(findings, "catalog.value", { path, message });
  } else if (!granted.includes(configurator)) {
    const message = `the app grants ${configurator} nothing: every event will be skipped as not_granted`;
    warn(findings, "catalog.grant_missing", { path, message });
  }
}

function checkWindow({ findings, path }: Place, { inApp }: Integration): void {
  if (inApp.window.kind === "lifetime") return;
  const { days } = inApp.window;
  if (Number.isInteger(days) && days >= 1 && days <= daysMax) return;
  const message = `write whole days from 1 to ${daysMax}, or lifetime`;
  refuse(findings, "catalog.value", { path: [...path, "in_app_postbacks", "window"], message });
}

function checkParameters({ findings, path }: Place, { parameters }: Integration, partner: Partner): void {
  for (const name of partner.parameters) {
    if (Object.hasOwn(parameters, name) && parameters[name] !== "") continue;
    const message = `the partner asks for the parameter ${name}`;
    refuse(findings, "catalog.missing", { path: [...path, "parameters", name], message });
  }
  for (const name of Object.keys(parameters)) {
    if (partner.parameters.includes(name)) continue;
    const message = `the partner has no parameter ${name}; it has: ${partner.parameters.join(", ") || "none"}`;
    refuse(findings, "catalog.unknown_field", { path: [...path, "parameters", name], message });
  }
}

function checkMapping({ findings, path }: Place, mapping: EventMapping): void {
  checkId(findings, mapping.id, [...path, "id"]);
  if (mapping.eventName === "") {
    refuse(findings, "catalog.missing", { path: [...path, "event_name"], message: "name the app's event" });
  }
  if (mapping.conditions.length > conditionsMax) {
    const message = `write at most ${conditionsMax} conditions`;
    refuse(findings, "catalog.too_many", { path: [...path, "conditions"], message });
  }
  for (const [index, { property }] of mapping.conditions.entries()) {
    if (property !== "") continue;
    const message = "name a member of event_value";
    refuse(findings, "catalog.missing", { path: [...path, "conditions", index, "property"], message });
  }
}
