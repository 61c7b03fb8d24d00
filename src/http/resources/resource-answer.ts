import { mediaSourcesNote } from "#src/contract/media-sources-note.ts";
import { movedProblem } from "#src/contract/moved-problem.ts";
import { partToDocument } from "#src/contract/part-documents.ts";
import type { ResourceChangeWire, ResourceWire } from "#src/contract/resource-contract.ts";
import type { Catalog } from "#src/core/catalog/catalog.ts";
import { findPart } from "#src/core/catalog/catalog-edit.ts";
import { type CatalogPart, catalogOfParts, partKeyOf, settingsOf } from "#src/core/catalog/catalog-part.ts";
import { partOfPath } from "#src/core/catalog/part-path.ts";
import type { Problem } from "#src/core/problem.ts";
import type { Caller } from "#src/http/caller.ts";
import { cancelsAnswer } from "#src/http/cancels-answer.ts";
import type { HttpDependencies } from "#src/http/http-dependencies.ts";
import { entryOf } from "#src/http/refuse-problems.ts";
import type { Changed } from "./change-catalog.ts";
import type { ResourceAddress } from "./resource-address.ts";

/** A resource in its wire form, with the revision of its last change. Test devices are ids of people's devices. */
export const resourceAnswer = (part: CatalogPart, revision: number | null, caller: Caller): ResourceWire => {
  const document = partToDocument(part);
  const isMasked = caller.role === "viewer" && part.kind === "app";
  return { ...document, ...(isMasked ? { test_devices: part.value.testDevices.map(() => "…") } : {}), revision };
};

export const etagOf = (revision: number | null): Readonly<Record<string, string>> =>
  revision === null ? {} : { etag: `"${revision}"` };

export const resourceChangeAnswer = async (
  { engine, advise }: Pick<HttpDependencies, "engine" | "advise">,
  change: Changed,
  of: {
    readonly address: ResourceAddress;
    readonly caller: Caller;
    readonly dryRun: boolean;
    readonly before: Catalog;
  },
): Promise<ResourceChangeWire> => {
  const { address, caller, dryRun, before } = of;
  const key = partKeyOf(address);
  const part = findPart(change.catalog, address);
  const revision = engine.catalog.revisionOf(key);
  return {
    key,
    revision,
    changed: change.parts.length > 0,
    dry_run: dryRun,
    resource: part === null ? null : resourceAnswer(part, revision, caller),
    changes: change.parts.map((one) => one.key),
    touches: touchesOf(part === null ? before : change.catalog, address),
    cancels: cancelsAnswer(change.cancels),
    warnings: [
      ...ownWarnings(change.warnings, change.catalog, key),
      ...(part === null ? [] : await adviceOf(part, change.catalog, advise)),
    ].map(entryOf),
    notes: part?.kind === "partner" ? [mediaSourcesNote(part.value.mediaSources, part.value.id)] : [],
  };
};

const ownWarnings = (
  warnings: readonly Problem[],
  catalog: Catalog,
  key: ReturnType<typeof partKeyOf>,
): readonly Problem[] =>
  warnings
    .filter(({ path }) => partOfPath(catalog, path)?.key === key)
    .map((warning) => movedProblem(warning, catalog, (one) => (one === key ? [] : null)));

/** What only this server knows of it: asked of the one resource, and not of ten thousand apps. */
const adviceOf = async (
  part: CatalogPart,
  catalog: Catalog,
  advise: HttpDependencies["advise"],
): Promise<readonly Problem[]> => {
  const app = "appId" in part ? catalog.apps.find(({ id }) => id === part.appId) : undefined;
  const around: readonly CatalogPart[] = app === undefined ? [] : [{ kind: "app", value: settingsOf(app) }];
  const alone = catalogOfParts([...around, part], catalog.revision);
  return (await advise(alone)).map((warning) => movedProblem(warning, alone, () => []));
};

/** How many apps and integrations a change of it reaches. */
const touchesOf = (catalog: Catalog, address: ResourceAddress): ResourceChangeWire["touches"] => {
  switch (address.kind) {
    case "app": {
      const app = catalog.apps.find(({ id }) => id === address.appId);
      return { apps: 1, integrations: app?.integrations.length ?? 0 };
    }
    case "integration":
      return { apps: 1, integrations: 1 };
    case "rule":
    case "grant":
      return { apps: 1, integrations: 0 };
    case "partner": {
      const counts = catalog.apps.map(
        ({ integrations }) => integrations.filter(({ partnerId }) => partnerId === address.partnerId).length,
      );
      return {
        apps: counts.filter((count) => count > 0).length,
        integrations: counts.reduce((sum, one) => sum + one, 0),
      };
    }
    case "account": {
      const { accountId: id } = address;
      const apps = catalog.apps.filter(
        (app) =>
          app.accountId === id ||
          app.grants.some(({ accountId }) => accountId === id) ||
          app.integrations.some(({ configurator }) => configurator === id),
      );
      const integrations = apps.flatMap((app) => app.integrations.filter(({ configurator }) => configurator === id));
      return { apps: apps.length, integrations: integrations.length };
    }
  }
};
