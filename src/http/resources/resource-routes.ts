import {
  type ResourceChangeWire,
  type ResourceKind,
  type ResourceListQuery,
  type ResourceListWire,
  type ResourceParams,
  resourceKinds,
  resourceRoutes,
} from "#src/contract/resource-contract.ts";
import { findPart } from "#src/core/catalog/catalog-edit.ts";
import { addressOf, type CatalogPart, partKeyOf } from "#src/core/catalog/catalog-part.ts";
import { accountsOf } from "#src/core/catalog/main-account.ts";
import type { CompiledCatalog } from "#src/core/compile/compiled-catalog.ts";
import { appId } from "#src/core/ids.ts";
import type { HttpDependencies } from "#src/http/http-dependencies.ts";
import { openOncePerKey } from "#src/http/idempotency.ts";
import type { Answered, Asked, ServeRoute } from "#src/http/serve-route.ts";
import { createResource, patchResource, removeResource, replaceResource } from "./change-resource.ts";
import { accessTo, refuseMissing } from "./may-change.ts";
import { addressFor } from "./resource-address.ts";
import { etagOf, resourceAnswer } from "./resource-answer.ts";

/** Every kind of resource, read and changed in the same way. */
export const serveResources = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { engine, clock } = dependencies;
  for (const kind of resourceKinds) {
    const { list, create, read, replace, patch, remove } = resourceRoutes[kind];
    serve(list, (asked) => listResources(engine, kind, asked));
    serve(read, ({ params, query, caller }) => {
      const address = addressFor(kind, params, query);
      const current = engine.catalog.current();
      const part = accessTo(caller, current, address) === "none" ? null : findPart(current.catalog, address);
      if (part === null) return refuseMissing(address);
      const revision = engine.catalog.revisionOf(partKeyOf(address));
      return { kind: "ok", answer: resourceAnswer(part, revision, caller), headers: etagOf(revision) };
    });
    const createOnce = openOncePerKey<ResourceChangeWire>(clock);
    if (create !== null) serve(create, (asked) => createOnce(asked, () => createResource(dependencies, kind, asked)));
    serve(replace, (asked) => replaceResource(dependencies, kind, asked));
    serve(patch, (asked) => patchResource(dependencies, kind, asked));
    serve(remove, (asked) => removeResource(dependencies, kind, asked));
  }
};

const listResources = (
  { catalog }: HttpDependencies["engine"],
  kind: ResourceKind,
  { params, query, caller }: Asked<ResourceParams, ResourceListQuery, undefined>,
): Answered<ResourceListWire> => {
  const current = catalog.current();
  const id = params["app_id"];
  const app = id === undefined ? null : ({ kind: "app", appId: appId(id) } as const);
  if (app !== null && (accessTo(caller, current, app) === "none" || !current.apps.has(app.appId)))
    return refuseMissing(app);
  const { cursor = "" } = query;
  const found: { readonly id: string; readonly part: CatalogPart }[] = [];
  const sorted = partsOfKind(current, kind, id ?? "")
    .map((part) => ({ id: listIdOf(part), part }))
    .filter((one) => one.id > cursor)
    .sort((one, other) => (one.id < other.id ? -1 : 1));
  for (const one of sorted) {
    if (accessTo(caller, current, addressOf(one.part)) === "none") continue;
    found.push(one);
    // One more than asked for tells whether there is another page.
    if (found.length > query.limit) break;
  }
  const page = found.slice(0, query.limit);
  const data = page.map(({ part }) => resourceAnswer(part, catalog.revisionOf(partKeyOf(addressOf(part))), caller));
  return { kind: "ok", answer: { data, next_cursor: found.length > query.limit ? (page.at(-1)?.id ?? null) : null } };
};

const partsOfKind = (
  { catalog, apps }: CompiledCatalog,
  kind: ResourceKind,
  within: string,
): readonly CatalogPart[] => {
  const app = apps.get(appId(within))?.app;
  switch (kind) {
    case "account":
      return accountsOf(catalog).map((value) => ({ kind, value }));
    case "partner":
      return catalog.partners.map((value) => ({ kind, value }));
    case "app":
      return catalog.apps.map((value) => ({ kind, value }));
    case "integration":
      return app?.integrations.map((value) => ({ kind, appId: app.id, value })) ?? [];
    case "rule":
      return app?.rules.map((value) => ({ kind, appId: app.id, value })) ?? [];
    case "grant":
      return app?.grants.map((value) => ({ kind, appId: app.id, value })) ?? [];
  }
};

/** Within its list: of an integration the partner and its configurator. */
const listIdOf = (part: CatalogPart): string => {
  const key = partKeyOf(addressOf(part));
  const parts = key.split("/");
  return parts.slice("appId" in part ? 2 : 1).join("/");
};
