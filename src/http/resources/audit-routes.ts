import { readPart } from "#src/contract/part-documents.ts";
import type { ResourceChangeWire } from "#src/contract/resource-contract.ts";
import { routes } from "#src/contract/routes.ts";
import { putPart, removePart } from "#src/core/catalog/catalog-edit.ts";
import { readPartKey } from "#src/core/catalog/catalog-part.ts";
import type { CompiledCatalog } from "#src/core/compile/compiled-catalog.ts";
import { partKey, partnerId } from "#src/core/ids.ts";
import { parseJson } from "#src/core/json/parse-json.ts";
import type { Edited } from "#src/engine/operate/catalog-change.ts";
import type { Caller } from "#src/http/caller.ts";
import type { HttpDependencies } from "#src/http/http-dependencies.ts";
import { openOncePerKey } from "#src/http/idempotency.ts";
import { type Refusal, refuse } from "#src/http/refusal.ts";
import { refuseProblems } from "#src/http/refuse-problems.ts";
import type { Answered, RouteInput, ServeRoute } from "#src/http/serve-route.ts";
import type { PartVersion } from "#src/ports/catalog-store.ts";
import { findAudit } from "./audit-entries.ts";
import { changeResource } from "./change-resource.ts";
import { accessTo, mayChange, mayRemove, refuseMissing } from "./may-change.ts";
import type { ResourceAddress } from "./resource-address.ts";
import { findSeenVersions, seesVersion, versionAnswer } from "./seen-versions.ts";

export const serveAudit = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { engine, clock } = dependencies;
  const restoreOnce = openOncePerKey<ResourceChangeWire>(clock);
  serve(routes.readAudit, async (asked) => ({ kind: "ok", answer: await findAudit(dependencies, asked) }));
  serve(routes.readPartnerVersions, async ({ params, query, caller }) => {
    const address = { kind: "partner", partnerId: partnerId(params.partner_id) } as const;
    if (accessTo(caller, engine.catalog.current(), address) === "none") return refuseMissing(address);
    const page = { limit: query.limit, cursor: query.cursor ?? null };
    const filter = { key: partKey(`partner/${params.partner_id}`) };
    const { items, nextCursor } = await findSeenVersions(dependencies, { filter, page, caller });
    return { kind: "ok", answer: { data: items.map(versionAnswer), next_cursor: nextCursor } };
  });
  serve(routes.restoreResource, (asked) => restoreOnce(asked, () => restore(dependencies, asked)));
};

/**
 * The text of then is read as one that is sent now: what this version no longer takes is refused with its place.
 * Whoever does not see the version is refused as if there were none, whatever else is in the way.
 */
const restore = async (
  dependencies: HttpDependencies,
  asked: RouteInput<typeof routes.restoreResource>,
): Promise<Answered<ResourceChangeWire>> => {
  const { storage } = dependencies;
  const { key, revision } = asked.body;
  const address = readPartKey(key);
  const filter = { key: partKey(key), revision };
  const { items } = await storage.catalog.history(filter, { limit: 1, cursor: null });
  const [version] = items;
  const missing = refuse("audit.not_found", `${key} was not changed by revision ${revision}`);
  if (version === undefined || address === null || address.kind === "everything") return missing;
  return changeResource(dependencies, asked, {
    address,
    revision: null,
    edit: (before) => {
      const edited = putBack(before, { version, address, caller: asked.caller });
      return edited.kind === "refusal" && !seesVersion(asked.caller, before, version) ? missing : edited;
    },
  });
};

type Restoring = { readonly version: PartVersion; readonly address: ResourceAddress; readonly caller: Caller };

const putBack = (before: CompiledCatalog, { version, address, caller }: Restoring): Edited | Refusal => {
  const parsed = version.after === null ? null : parseJson(version.after);
  const reading = parsed?.kind === "parsed" ? readPart(version.key, parsed.value) : null;
  if (reading?.kind === "refused") return refuseProblems(reading.problems);
  const after = reading?.part ?? null;
  const change = { before, address, after };
  const refusal = after === null ? mayRemove(caller, change) : mayChange(caller, change);
  if (refusal !== null) return refusal;
  const catalog = after === null ? removePart(before.catalog, address) : putPart(before.catalog, after);
  return { kind: "edited", catalog };
};
