import { adobePathOf, type ImportedRule, readAdobeMessages } from "#src/contract/adobe-messages.ts";
import { findingEntries, findingEntry, type ImportFinding, importFinding } from "#src/contract/import-finding.ts";
import type { ProblemEntry } from "#src/contract/problem-document.ts";
import { routes } from "#src/contract/routes.ts";
import type { RulesImportWire } from "#src/contract/rules-import-contract.ts";
import type { App, Catalog } from "#src/core/catalog/catalog.ts";
import { partKeyOf } from "#src/core/catalog/catalog-part.ts";
import { partOfPath } from "#src/core/catalog/part-path.ts";
import { type AppId, appId } from "#src/core/ids.ts";
import { type Problem, pathText } from "#src/core/problem.ts";
import type { CatalogChange } from "#src/engine/operate/catalog-change.ts";
import type { Caller } from "./caller.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { openOncePerKey } from "./idempotency.ts";
import { expectedRevision, refuseLostRace } from "./if-match.ts";
import { type Refusal, refuse } from "./refusal.ts";
import { refuseProblems } from "./refuse-problems.ts";
import { mayChange, refuseMissing } from "./resources/may-change.ts";
import type { Answered, RouteInput, ServeRoute } from "./serve-route.ts";

export const serveRulesImport = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const importOnce = openOncePerKey<RulesImportWire>(dependencies.clock);
  serve(routes.importRules, (asked) => importOnce(asked, () => importRules(dependencies, asked)));
};

const importRules = async (
  dependencies: HttpDependencies,
  { params, query, headers, body, caller }: RouteInput<typeof routes.importRules>,
): Promise<Answered<RulesImportWire>> => {
  const { engine, advise } = dependencies;
  const expected = expectedRevision(headers["if-match"]);
  if (typeof expected === "object" && expected !== null) return expected;
  const read = readAdobeMessages(body, { active: query.activate });
  const order = { app: appId(params.app_id), caller, replaces: query.replace, dryRun: query.dry_run, expected };
  const done = await putRules(dependencies, read.rules, order);
  if (done.kind === "refusal") return done;
  const { change, rules, left } = done;
  const warnings = [...change.warnings, ...(await advise(change.catalog))];
  const answer: RulesImportWire = {
    app_id: params.app_id,
    dry_run: query.dry_run,
    revision: change.revision?.revision ?? engine.catalog.current().revision,
    changed: change.revision !== null,
    imported: rules.map(({ at, rule, isReplacing }) => ({
      path: pathText(at),
      rule_id: rule.id,
      active: rule.active,
      replaced: isReplacing,
    })),
    left: findingEntries([...read.left, ...left]),
    losses: findingEntries([...read.losses, ...rules.flatMap(({ losses }) => losses)]),
    warnings: warnings.flatMap((warning) => entryOfRule(warning, { catalog: change.catalog, app: order.app, rules })),
  };
  return { kind: "ok", answer, headers: { etag: `"${answer.revision}"` } };
};

type Order = {
  readonly app: AppId;
  readonly caller: Caller;
  readonly replaces: boolean;
  readonly dryRun: boolean;
  /** Revision of the catalog that it was prepared for; null takes any. */
  readonly expected: number | null;
};
type PutRule = ImportedRule & { readonly isReplacing: boolean };
type Changed = CatalogChange & { readonly kind: "changed" };
type Done = {
  readonly kind: "done";
  readonly change: Changed;
  readonly rules: readonly PutRule[];
  readonly left: readonly ImportFinding[];
};

/** Puts in what the catalog takes. A rule that it refuses is left out with the reason, and the others are tried again. */
const putRules = async (
  { engine }: HttpDependencies,
  given: readonly ImportedRule[],
  order: Order,
): Promise<Done | Refusal> => {
  let rules = given;
  const refused: ImportFinding[] = [];
  // Each turn has fewer rules than the one before.
  for (;;) {
    let chosen: Chosen = { rules: [], left: [] };
    const change = await engine.catalog.edit<Refusal>({
      edit: (before) => {
        const address = { kind: "app", appId: order.app } as const;
        const forbidden = mayChange(order.caller, { before, address, after: null });
        if (forbidden !== null) return { kind: "no", no: forbidden };
        if (order.expected !== null && order.expected !== before.revision)
          return { kind: "no", no: refuseLostRace(before.revision) };
        const app = before.catalog.apps.find((each) => each.id === order.app);
        if (app === undefined) return { kind: "no", no: refuseMissing(address) };
        chosen = chooseRules(app, rules, order.replaces);
        return { kind: "edited", catalog: withRules(before.catalog, app, chosen.rules) };
      },
      by: order.caller.name,
      account: order.caller.accountId,
      dryRun: order.dryRun,
      cancelsWaiting: false,
    });
    if (change.kind === "no") return change.no;
    if (change.kind === "changed") {
      return { kind: "done", change, rules: chosen.rules, left: [...chosen.left, ...refused] };
    }
    if (change.kind !== "refused")
      return refuse("resource.lost_race", "the catalog was changed by somebody else meanwhile; import once more");
    const spoiled = spoiledRules(change.problems, { catalog: change.catalog, app: order.app, rules: chosen.rules });
    if (spoiled.size === 0) return refuseProblems(change.problems);
    refused.push(...spoiled.values());
    rules = rules.filter((rule) => !spoiled.has(rule.rule.id));
  }
};

type Chosen = { readonly rules: readonly PutRule[]; readonly left: readonly ImportFinding[] };

const chooseRules = (app: App, rules: readonly ImportedRule[], replaces: boolean): Chosen => {
  const known = new Set<string>(app.rules.map(({ id }) => id));
  return {
    rules: rules
      .filter(({ rule }) => replaces || !known.has(rule.id))
      .map((imported) => ({ ...imported, isReplacing: known.has(imported.rule.id) })),
    left: rules
      .filter(({ rule }) => !replaces && known.has(rule.id))
      .map(({ at, rule }) => {
        const message = `the app has a rule ${rule.id} already; send replace=true to put this one in its place`;
        return importFinding([...at, "messageId"], "import.rule_exists", message);
      }),
  };
};

const withRules = (catalog: Catalog, app: App, imported: readonly PutRule[]): Catalog => {
  const fresh = new Map(imported.map(({ rule }) => [rule.id, rule]));
  const kept = app.rules.map((rule) => fresh.get(rule.id) ?? rule);
  const added = imported.filter(({ isReplacing }) => !isReplacing).map(({ rule }) => rule);
  const changed: App = { ...app, rules: [...kept, ...added] };
  return { ...catalog, apps: catalog.apps.map((each) => (each === app ? changed : each)) };
};

type Around = { readonly catalog: Catalog; readonly app: AppId; readonly rules: readonly ImportedRule[] };

/** The first mistake of each imported rule that has one. */
const spoiledRules = (problems: readonly Problem[], around: Around): ReadonlyMap<string, ImportFinding> => {
  const spoiled = new Map<string, ImportFinding>();
  for (const problem of problems) {
    const found = placedInMessage(problem, around);
    if (found === null || spoiled.has(found.imported.rule.id)) continue;
    const finding = importFinding(found.path, "import.message_unusable", found.message);
    spoiled.set(found.imported.rule.id, finding);
  }
  return spoiled;
};

const entryOfRule = (problem: Problem, around: Around): readonly ProblemEntry[] => {
  const found = placedInMessage(problem, around);
  if (found === null) return [];
  const { path, message } = found;
  const { code, proposal } = problem;
  const entry = findingEntry({ path, code, message: `${pathText(path)}: ${message}` });
  return [{ ...entry, ...(proposal === undefined ? {} : { proposal }) }];
};

/** A mistake in an imported rule by its place in the message; null where it is of anything else. */
const placedInMessage = (
  problem: Problem,
  { catalog, app, rules }: Around,
): { readonly imported: ImportedRule; readonly path: Problem["path"]; readonly message: string } | null => {
  const found = partOfPath(catalog, problem.path);
  const imported = rules.find(({ rule }) => found?.key === partKeyOf({ kind: "rule", appId: app, ruleId: rule.id }));
  if (found === null || imported === undefined) return null;
  const message = problem.message.replace(`${pathText(problem.path)}: `, "");
  return { imported, path: [...imported.at, ...adobePathOf(found.rest)], message };
};
