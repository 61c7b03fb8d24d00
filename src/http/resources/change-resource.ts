import { partToDocument, readPart } from "#src/contract/part-documents.ts";
import type { ResourceChangeWire, ResourceKind, ResourceParams, WriteQuery } from "#src/contract/resource-contract.ts";
import type { Catalog } from "#src/core/catalog/catalog.ts";
import { findPart, putPart, removeIntegrationsOf, removePart } from "#src/core/catalog/catalog-edit.ts";
import { addressOf, type CatalogPart, partKeyOf } from "#src/core/catalog/catalog-part.ts";
import type { CompiledCatalog } from "#src/core/compile/compiled-catalog.ts";
import { partKey } from "#src/core/ids.ts";
import { mergePatch } from "#src/core/json/merge-patch.ts";
import type { Edited } from "#src/engine/operate/catalog-change.ts";
import type { HttpDependencies } from "#src/http/http-dependencies.ts";
import { readIfMatch } from "#src/http/if-match.ts";
import { type Refusal, refuse } from "#src/http/refusal.ts";
import { refuseProblems } from "#src/http/refuse-problems.ts";
import type { Answered, Asked } from "#src/http/serve-route.ts";
import { changeCatalog } from "./change-catalog.ts";
import { withGallery } from "./from-gallery.ts";
import { accessTo, mayChange, mayRemove, nameOf, refuseMissing } from "./may-change.ts";
import { reportedNames } from "./reported-names.ts";
import { addressFor, type ResourceAddress } from "./resource-address.ts";
import { etagOf, resourceChangeAnswer } from "./resource-answer.ts";
import { readBodyMembers, withAddress } from "./resource-body.ts";

type Dependencies = Pick<HttpDependencies, "engine" | "advise" | "gallery" | "storage" | "clock">;

type AskedWrite = Asked<ResourceParams, WriteQuery, undefined>;
type Changing = Promise<Answered<ResourceChangeWire>>;

/** Makes or replaces the resource that the path names. */
export const replaceResource = async (dependencies: Dependencies, kind: ResourceKind, asked: AskedWrite): Changing => {
  const address = addressFor(kind, asked.params, asked.query);
  const body = readBodyMembers(asked.bodyText);
  if (body.kind === "refusal") return body;
  const named = withAddress(body.members, address);
  if ("kind" in named) return named;
  const isKnownEvent = await knownEvents(dependencies, asked, address);
  return changeResource(dependencies, asked, {
    address,
    revision: body.revision,
    edit: (before) => putMembers(before, { asked, address, members: named, isKnownEvent }),
  });
};

/** Makes a resource whose id its body says; one that is there already is in the way. */
export const createResource = async (dependencies: Dependencies, kind: ResourceKind, asked: AskedWrite): Changing => {
  const body = readBodyMembers(asked.bodyText);
  if (body.kind === "refusal") return body;
  const members = kind === "partner" ? withGallery(body.members, dependencies.gallery) : body.members;
  if ("kind" in members) return members;
  const id = members.get("id");
  if (typeof id !== "string" || id === "") {
    const message = "id: is missing and required; it is a text";
    const reading = readPart(partKey(`${kind}/${asked.params["app_id"] ?? ""}`), Object.fromEntries(members));
    const others = reading.kind === "refused" ? reading.problems.filter(({ path }) => path[0] !== "id") : [];
    return refuseProblems([{ path: ["id"], code: "catalog.missing", message }, ...others]);
  }
  const address = addressFor(kind, { ...asked.params, [`${kind}_id`]: id }, asked.query);
  return changeResource(dependencies, asked, {
    address,
    revision: body.revision,
    edit: (before) =>
      findPart(before.catalog, address) === null
        ? putMembers(before, { asked, address, members, isKnownEvent: noEvent })
        : refuse(
            "resource.exists",
            `${nameOf(address)} is there already; change it with PATCH or PUT, or choose another id`,
          ),
  });
};

/** Changes members of a resource that is there. */
export const patchResource = async (dependencies: Dependencies, kind: ResourceKind, asked: AskedWrite): Changing => {
  const address = addressFor(kind, asked.params, asked.query);
  const body = readBodyMembers(asked.bodyText);
  if (body.kind === "refusal") return body;
  const isKnownEvent = await knownEvents(dependencies, asked, address);
  return changeResource(dependencies, asked, {
    address,
    revision: body.revision,
    edit: (before) => {
      const refusal = mayChange(asked.caller, { before, address, after: null });
      if (refusal !== null) return refusal;
      const old = findPart(before.catalog, address);
      if (old === null) return refuseMissing(address);
      const patched = mergePatch(partToDocument(old), Object.fromEntries(body.members));
      const named = withAddress(new Map(Object.entries(Object(patched))), address);
      return "kind" in named ? named : putMembers(before, { asked, address, members: named, isKnownEvent });
    },
  });
};

export const removeResource = async (dependencies: Dependencies, kind: ResourceKind, asked: AskedWrite): Changing => {
  const address = addressFor(kind, asked.params, asked.query);
  return changeResource(dependencies, asked, {
    address,
    revision: null,
    edit: (before) => {
      const refusal = mayRemove(asked.caller, { before, address, after: null });
      if (refusal !== null) return refusal;
      const isCascading = address.kind === "partner" && asked.query.cascade === true;
      const { catalog } = before;
      const rest = isCascading ? removeIntegrationsOf(catalog, address.partnerId) : catalog;
      const foreign = isCascading ? foreignIntegration(before, rest, asked) : null;
      return foreign ?? { kind: "edited", catalog: removePart(rest, address) };
    },
  });
};

/** Of the integrations that would go with a partner, one that is another account's to remove. */
const foreignIntegration = (before: CompiledCatalog, after: Catalog, { caller }: AskedWrite): Refusal | null => {
  const kept = new Set(after.apps);
  for (const app of before.catalog.apps.filter((one) => !kept.has(one))) {
    for (const value of app.integrations) {
      const { partnerId, configurator } = value;
      const address = { kind: "integration", appId: app.id, partnerId, configurator } as const;
      const refusal = mayChange(caller, { before, address, after: null });
      if (refusal === null) continue;
      const detail =
        accessTo(caller, before, address) === "none"
          ? "integrations of other accounts would go with it; ask the operator"
          : `${nameOf(address)} would go with it: ${refusal.detail}`;
      return refuse("resource.forbidden", detail);
    }
  }
  return null;
};

export type ResourceEdit = {
  readonly address: ResourceAddress;
  readonly revision: number | null;
  readonly edit: (before: CompiledCatalog) => Edited | Refusal;
};

type AskedChange = Pick<AskedWrite, "headers" | "caller"> & {
  readonly query: Pick<WriteQuery, "dry_run" | "cancel_waiting">;
};

/** One resource, with its own revision as the precondition; mistakes are told by their place in it. */
export const changeResource = async (
  dependencies: Dependencies,
  asked: AskedChange,
  { address, revision, edit }: ResourceEdit,
): Changing => {
  const { catalog } = dependencies.engine;
  const key = partKeyOf(address);
  const wanted = wantedRevision(asked.headers["if-match"], revision);
  if (typeof wanted === "object" && wanted !== null) return wanted;
  const before = catalog.current().catalog;
  const { dry_run: dryRun, cancel_waiting: cancelsWaiting } = asked.query;
  const change = await changeCatalog(dependencies, {
    caller: asked.caller,
    dryRun,
    cancelsWaiting,
    placeOf: (one) => (one === key ? [] : null),
    ...(address.kind === "partner" ? { inUseHint: ", or send cascade=true to remove its integrations with it" } : {}),
    edit: (current) => {
      const revision = catalog.revisionOf(key);
      // How far another's resource has come is not told: the edit says that there is none.
      const isHidden = revision !== null && accessTo(asked.caller, current, address) === "none";
      return (isHidden ? null : lostRace(revision, wanted)) ?? edit(current);
    },
  });
  if (change.kind === "refusal") return change;
  const answer = await resourceChangeAnswer(dependencies, change, { address, caller: asked.caller, dryRun, before });
  return { kind: "ok", answer, headers: etagOf(answer.revision) };
};

/** `any`: it must be there, whatever its revision. */
const wantedRevision = (header: string | undefined, inBody: number | null): number | "any" | null | Refusal => {
  const written = readIfMatch(header);
  if (written === null || written === "any") return inBody ?? written;
  if (typeof written !== "number" || inBody === null || inBody === written) return written;
  return refuse("request.invalid", "if-match and the revision in the body are not the same; send one of them");
};

const lostRace = (current: number | null, wanted: number | "any" | null): Refusal | null => {
  if (wanted === null || (wanted === "any" ? current !== null : wanted === current)) return null;
  const now = current === null ? "it is not there" : `it is at revision ${current} by now`;
  return refuse("resource.lost_race", `${now}; read it and change it anew`, { headers: etagOf(current) });
};

type Putting = {
  readonly asked: AskedWrite;
  readonly address: ResourceAddress;
  readonly members: ReadonlyMap<string, unknown>;
  readonly isKnownEvent: (name: string) => boolean;
};

const noEvent = (): boolean => false;

/** Looked up for those only who may not make new names. */
const knownEvents = async (
  dependencies: Dependencies,
  { scope }: AskedWrite,
  address: ResourceAddress,
): Promise<Putting["isKnownEvent"]> => {
  if (address.kind !== "integration" || scope.ownsApp(address.appId)) return noEvent;
  const names = await reportedNames(dependencies, address.appId);
  return (name) => names.has(name);
};

const putMembers = (before: CompiledCatalog, putting: Putting): Edited | Refusal => {
  const { asked, address, members, isKnownEvent } = putting;
  const old = findPart(before.catalog, address);
  const app = "appId" in address ? address.appId : "";
  const reading = readPart(partKey(`${address.kind}/${app}`), Object.fromEntries(withOwner(members, old, putting)));
  if (reading.kind === "refused") {
    // What is wrong in a resource that is not the caller's to see is not told.
    const hidden = old === null ? null : mayChange(asked.caller, { before, address, after: old });
    return hidden ?? refuseProblems(reading.problems);
  }
  const { part } = reading;
  const refusal = mayChange(asked.caller, { before, address, after: part, isKnownEvent });
  if (refusal !== null) return refusal;
  if (partKeyOf(addressOf(part)) !== partKeyOf(address)) return refuseMissing(address);
  return { kind: "edited", catalog: putPart(before.catalog, part) };
};

/** Whose it is stays, where nobody says otherwise; what is made belongs to whoever makes it. */
const withOwner = (
  members: ReadonlyMap<string, unknown>,
  old: CatalogPart | null,
  { address, asked }: Putting,
): ReadonlyMap<string, unknown> => {
  if ((address.kind !== "app" && address.kind !== "partner") || members.has("account_id")) return members;
  const owner = old?.kind === "app" || old?.kind === "partner" ? old.value.accountId : asked.caller.accountId;
  return new Map([...members, ["account_id", owner]]);
};
