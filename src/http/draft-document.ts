import type { DraftChanges } from "#src/contract/simulations-contract.ts";
import { type Refusal, refuse } from "./refusal.ts";

type Json = { readonly [name: string]: unknown };
type Changed = { readonly kind: "document"; readonly text: string } | Refusal;

/** The catalog document in force with some resources put in place of those with the same id, added, or taken out; as JSON text. */
export const changedDocument = (inForce: string, changes: DraftChanges): Changed => {
  const document = asObject(JSON.parse(inForce));
  const { remove } = changes;
  const apps = replaced(listOf(document["apps"]), changes.apps, remove?.apps);
  const known = new Set(apps.map((app) => app["id"]));
  for (const [name, integrations] of [
    ["changes.integrations", changes.integrations],
    ["changes.remove.integrations", remove?.integrations ?? []],
  ] as const) {
    const stray = integrations.findIndex(({ app_id }) => !known.has(app_id));
    if (stray >= 0)
      return refuse("simulation.unknown_app", `${name}[${stray}].app_id: no app ${integrations[stray]?.app_id}`);
  }
  const draft = {
    ...document,
    ...(changes.active === undefined ? {} : { active: changes.active }),
    accounts: replaced(listOf(document["accounts"]), changes.accounts, remove?.accounts),
    partners: replaced(listOf(document["partners"]), changes.partners, remove?.partners),
    apps: apps.map((app) => withIntegrations(app, changes)),
  };
  return { kind: "document", text: JSON.stringify(draft) };
};

const replaced = (
  before: readonly Json[],
  changed: readonly Json[],
  removed: readonly string[] = [],
): readonly Json[] => {
  const byId = new Map(changed.map((resource) => [resource["id"], resource]));
  const kept = before.filter(({ id }) => !removed.some((gone) => gone === id));
  const old = new Set(before.map(({ id }) => id));
  return [...kept.map((resource) => byId.get(resource["id"]) ?? resource), ...changed.filter(({ id }) => !old.has(id))];
};

const withIntegrations = (app: Json, { integrations, remove }: DraftChanges): Json => {
  const ofApp = ({ app_id }: { readonly app_id: string }): boolean => app_id === app["id"];
  const gone = new Set((remove?.integrations ?? []).filter(ofApp).map(placeOf));
  const changed = new Map(integrations.filter(ofApp).map(({ app_id: _app, ...rest }) => [placeOf(rest), rest]));
  if (gone.size === 0 && changed.size === 0) return app;
  const before = listOf(app["integrations"]).filter((integration) => !gone.has(placeOf(integration)));
  const old = new Set(before.map(placeOf));
  const kept = before.map((integration) => changed.get(placeOf(integration)) ?? integration);
  const added = [...changed].filter(([place]) => !old.has(place)).map(([, integration]) => integration);
  return { ...app, integrations: [...kept, ...added] };
};

const placeOf = (integration: Json): string => `${integration["partner_id"]}\n${integration["configurator"] ?? ""}`;

const listOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.map(asObject) : []);

const asObject = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
