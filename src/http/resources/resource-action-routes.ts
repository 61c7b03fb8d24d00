import type { BulkChangeWire } from "#src/contract/resource-actions-contract.ts";
import type { ResourceChangeWire } from "#src/contract/resource-contract.ts";
import { routes } from "#src/contract/routes.ts";
import type { EventMapping, Integration } from "#src/core/catalog/catalog.ts";
import { findPart, putPart } from "#src/core/catalog/catalog-edit.ts";
import { type CatalogPart, partKeyOf } from "#src/core/catalog/catalog-part.ts";
import { type AppId, appId, type PartKey } from "#src/core/ids.ts";
import type { Problem } from "#src/core/problem.ts";
import type { Edited } from "#src/engine/operate/catalog-change.ts";
import { cancelsAnswer } from "#src/http/cancels-answer.ts";
import type { HttpDependencies } from "#src/http/http-dependencies.ts";
import { openOncePerKey } from "#src/http/idempotency.ts";
import { type Refusal, refuse } from "#src/http/refusal.ts";
import { refuseProblems } from "#src/http/refuse-problems.ts";
import type { Answered, RouteInput, ServeRoute } from "#src/http/serve-route.ts";
import { type ChangeOrder, changeCatalog } from "./change-catalog.ts";
import { changeResource } from "./change-resource.ts";
import { accessTo, mayChange, nameOf, refuseMissing } from "./may-change.ts";
import { addressFor, type ResourceAddress } from "./resource-address.ts";

/** What is done to several resources at once: to all of them, or to none. */
export const serveResourceActions = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { clock } = dependencies;
  const [copyOnce, activateOnce, deactivateOnce] = [
    openOncePerKey<BulkChangeWire>(clock),
    openOncePerKey<BulkChangeWire>(clock),
    openOncePerKey<BulkChangeWire>(clock),
  ];
  const mappingsOnce = openOncePerKey<ResourceChangeWire>(clock);
  serve(routes.copyIntegration, (asked) => copyOnce(asked, () => copyIntegration(dependencies, asked)));
  serve(routes.changeMappings, (asked) => mappingsOnce(asked, () => changeMappings(dependencies, asked)));
  serve(routes.activateRules, (asked) => activateOnce(asked, () => switchRules(dependencies, asked, true)));
  serve(routes.deactivateRules, (asked) => deactivateOnce(asked, () => switchRules(dependencies, asked, false)));
};

type Bulk = Promise<Answered<BulkChangeWire>>;

const changeSeveral = async (dependencies: HttpDependencies, order: ChangeOrder): Bulk => {
  const change = await changeCatalog(dependencies, order);
  if (change.kind === "refusal") return change;
  const answer: BulkChangeWire = {
    changes: change.parts.map(({ key }) => key),
    dry_run: order.dryRun,
    revision: change.revision?.revision ?? null,
    cancels: cancelsAnswer(change.cancels),
    warnings: [],
  };
  return { kind: "ok", answer };
};

const refuseAt = (path: Problem["path"], code: string, message: string): Refusal =>
  refuseProblems([{ path, code, message }]);

const copyIntegration = (
  dependencies: HttpDependencies,
  { params, query, body, caller }: RouteInput<typeof routes.copyIntegration>,
): Bulk => {
  const source = addressFor("integration", params, query);
  const targets = body.app_ids.map((id) => addressFor("integration", { ...params, app_id: id }, query));
  const places = new Map<PartKey, Problem["path"]>(
    targets.map((target, index) => [partKeyOf(target), ["app_ids", index]]),
  );
  return changeSeveral(dependencies, {
    caller,
    dryRun: query.dry_run,
    cancelsWaiting: query.cancel_waiting,
    placeOf: (key) => places.get(key) ?? null,
    edit: (before) => {
      const part = accessTo(caller, before, source) === "none" ? null : findPart(before.catalog, source);
      if (part?.kind !== "integration") return refuseMissing(source);
      let { catalog } = before;
      const owner = before.apps.get(part.appId)?.app.accountId;
      for (const [index, target] of targets.entries()) {
        if (target.kind !== "integration") continue;
        const path = ["app_ids", index];
        const copy: CatalogPart = { ...part, appId: target.appId };
        const refusal = mayChange(caller, { before, address: target, after: copy });
        if (refusal !== null)
          return { ...refusal, errors: [{ path: `app_ids[${index}]`, code: refusal.code, message: refusal.detail }] };
        if (before.apps.get(target.appId)?.app.accountId !== owner)
          return refuseAt(path, "catalog.value", `app_ids[${index}]: ${target.appId} is of another account`);
        if (!body.overwrite && findPart(before.catalog, target) !== null)
          return refuse("resource.exists", `app_ids[${index}]: ${nameOf(target)} is there; send "overwrite": true`);
        catalog = putPart(catalog, copy);
      }
      return { kind: "edited", catalog };
    },
  });
};

const changeMappings = (
  dependencies: HttpDependencies,
  asked: RouteInput<typeof routes.changeMappings>,
): Promise<Answered<ResourceChangeWire>> => {
  const { params, query, body, caller } = asked;
  const address = addressFor("integration", params, query);
  return changeResource(dependencies, asked, {
    address,
    revision: null,
    edit: (before) => {
      const refusal = mayChange(caller, { before, address, after: null });
      if (refusal !== null) return refusal;
      const part = findPart(before.catalog, address);
      if (part?.kind !== "integration") return refuseMissing(address);
      const unknown = unknownIds(body.ids, part.value.mappings, nameOf(address));
      if (unknown !== null) return unknown;
      const after: CatalogPart = { ...part, value: { ...part.value, mappings: mappingsAfter(part.value, body) } };
      const beyond = mayChange(caller, { before, address, after });
      return beyond ?? { kind: "edited", catalog: putPart(before.catalog, after) };
    },
  });
};

const unknownIds = (
  ids: readonly string[],
  known: readonly { readonly id: string }[],
  where: string,
): Refusal | null => {
  const there = new Set(known.map(({ id }) => id));
  const problems = ids.flatMap((id, index) =>
    there.has(id)
      ? []
      : [
          {
            path: ["ids", index],
            code: "catalog.unknown_reference",
            message: `ids[${index}]: there is no mapping ${id} in ${where}; its \`mappings\` tell their ids`,
          },
        ],
  );
  return problems.length === 0 ? null : refuseProblems(problems);
};

type MappingsBody = RouteInput<typeof routes.changeMappings>["body"];

const mappingsAfter = ({ mappings }: Integration, body: MappingsBody): readonly EventMapping[] => {
  const chosen = new Set<string>(body.ids);
  if ("remove" in body) return mappings.filter(({ id }) => !chosen.has(id));
  const { active, send_for: sendFor, data_sharing: dataSharing } = body.set;
  const set = {
    ...(active === undefined ? {} : { active }),
    ...(sendFor === undefined ? {} : { sendFor }),
    ...(dataSharing === undefined ? {} : { dataSharing }),
  };
  return mappings.map((mapping) => (chosen.has(mapping.id) ? { ...mapping, ...set } : mapping));
};

const switchRules = (
  dependencies: HttpDependencies,
  { params, query, body, caller }: RouteInput<typeof routes.activateRules>,
  active: boolean,
): Bulk => {
  const id = appId(params.app_id);
  return changeSeveral(dependencies, {
    caller,
    dryRun: query.dry_run,
    cancelsWaiting: query.cancel_waiting,
    placeOf: () => null,
    edit: (before): Edited | Refusal => {
      const rules = before.apps.get(id)?.app.rules ?? [];
      const chosen: readonly string[] = body.ids === "*" ? rules.map((rule) => rule.id) : body.ids;
      const refusal = mayChange(caller, { before, address: appAddress(id), after: null });
      if (refusal !== null) return refusal;
      const unknown = unknownIds(chosen, rules, params.app_id);
      if (unknown !== null) return unknown;
      const isChosen = new Set(chosen);
      const changed = rules.filter((rule) => isChosen.has(rule.id) && rule.active !== active);
      const parts = changed.map((rule): CatalogPart => ({ kind: "rule", appId: id, value: { ...rule, active } }));
      return { kind: "edited", catalog: parts.reduce(putPart, before.catalog) };
    },
  });
};

const appAddress = (id: AppId): ResourceAddress => ({ kind: "app", appId: id });
