import { movedProblem } from "#src/contract/moved-problem.ts";
import { routes } from "#src/contract/routes.ts";
import type { SimulationWire } from "#src/contract/simulations-contract.ts";
import { timeText, timeTextOrNull } from "#src/contract/wire-time.ts";
import { partOfPath } from "#src/core/catalog/part-path.ts";
import { appId } from "#src/core/ids.ts";
import { maskerOf } from "#src/core/personal-data/mask-personal-data.ts";
import type { Problem } from "#src/core/problem.ts";
import type { Engine } from "#src/engine/engine.ts";
import type { CatalogStore } from "#src/ports/catalog-store.ts";
import type { EventFilter } from "#src/ports/delivery-log.ts";
import { isOfPart, othersProblem } from "./catalog-part.ts";
import { appsOfChanges, type Draft, draftOfChanges, draftOfDocument } from "./draft-catalog.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { openOncePerKey } from "./idempotency.ts";
import { requestAnswer, withNamedSecrets } from "./postback-answer.ts";
import { maskedJson } from "./postback-masking.ts";
import { type Refusal, refuse } from "./refusal.ts";
import { refuseProblems } from "./refuse-problems.ts";
import { reportedNames } from "./resources/reported-names.ts";
import type { Scope } from "./scope.ts";
import type { Answered, RouteInput, ServeRoute } from "./serve-route.ts";
import { sharedUntil, withoutValues } from "./withheld-revenue.ts";

type Simulation = NonNullable<ReturnType<Engine["simulations"]["read"]>>;
type Side = Simulation["examples"][number]["before"];

export const serveSimulations = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { engine, clock, storage } = dependencies;
  const { simulations } = engine;
  const found = finder(storage.catalog);
  const startOnce = openOncePerKey<SimulationWire>(clock);
  const start = async (asked: RouteInput<typeof routes.startSimulation>): Promise<Answered<SimulationWire>> => {
    const { body, scope } = asked;
    const draft = await draftOf(dependencies, asked);
    if (draft.kind === "refusal") return draft;
    if (draft.kind === "problems") return refuseDraft(draft.problems);
    const { accountId, isOperator, looks, tries, kind } = scope;
    const begun = simulations.start({
      accountId,
      draft: draft.catalog,
      filter: { ...filterOf(body.filter), ...tries.filter },
      ...(isOperator ? {} : { bounds: { holdsTarget: looks.holdsTarget, onlySent: kind === "partner" } }),
    });
    switch (begun.kind) {
      case "started":
        return { kind: "ok", answer: simulationAnswer(begun.simulation) };
      case "refused":
        return refuseDraft(begun.problems.map((problem) => placed(problem, draft, scope)));
      case "busy":
        return refuse(
          "simulation.busy",
          "two simulations of yours run already, or four of all; wait for one, or stop it",
          {
            headers: { "retry-after": "5" },
          },
        );
    }
  };
  serve(routes.startSimulation, (asked) => startOnce(asked, () => start(asked)));
  serve(routes.findSimulations, ({ scope }) => {
    const seen = simulations.list().filter((simulation) => isOf(scope, simulation));
    const data = seen.map((simulation) => simulationAnswer({ ...simulation, groups: [], examples: [] }));
    return { kind: "ok", answer: { data } };
  });
  serve(routes.readSimulation, ({ params, scope }) => {
    const simulation = simulations.read(params.id);
    return found(params.id, isOf(scope, simulation) ? simulation : null, scope);
  });
  serve(routes.stopSimulation, ({ params, scope }) =>
    found(params.id, isOf(scope, simulations.read(params.id)) ? simulations.stop(params.id) : null, scope),
  );
};

/** What of the catalog it was about is no more the account's to see is not told of afterwards either. */
const isOf = ({ isOperator, accountId, looks }: Scope, simulation: Simulation | null): boolean =>
  simulation !== null &&
  (isOperator ||
    (simulation.accountId === accountId &&
      simulation.groups.every(({ appId: app, target }) => looks.holdsTarget(app, target))));

type StartBody = RouteInput<typeof routes.startSimulation>["body"];

const draftOf = async (
  dependencies: HttpDependencies,
  { body, scope, caller }: RouteInput<typeof routes.startSimulation>,
): Promise<ReturnType<typeof draftOfChanges>> => {
  const reported = new Map<string, ReadonlySet<string>>();
  if ("changes" in body)
    for (const app of appsOfChanges(body.changes))
      if (scope.seesApp(app) && !scope.ownsApp(app)) reported.set(app, await reportedNames(dependencies, appId(app)));
  const before = dependencies.engine.catalog.current();
  const isReported = (app: string, name: string): boolean => reported.get(app)?.has(name) === true;
  const drafting = { before, scope, caller, isReported };
  return "changes" in body
    ? draftOfChanges(body.changes, drafting)
    : draftOfDocument(body.catalog, body.prune, drafting);
};

/** A mistake of the whole, as it stands in what was sent; one that is of others' parts is not told. */
const placed = (problem: Problem, { catalog, placeOf }: Draft, scope: Scope): Problem => {
  const found = partOfPath(catalog, problem.path);
  const isOwn = found !== null && placeOf(found.key) !== null;
  return isOwn || isOfPart(scope, problem, catalog) ? movedProblem(problem, catalog, placeOf) : othersProblem;
};

const filterOf = ({ app_id, event_type, event_name, from, to }: StartBody["filter"]): EventFilter => ({
  ...(app_id === undefined ? {} : { appId: appId(app_id) }),
  ...(event_type === undefined ? {} : { type: event_type }),
  ...(event_name === undefined ? {} : { name: event_name }),
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
});

const refuseDraft = (problems: readonly Problem[]): Refusal => refuseProblems(problems, "the draft: ");

const finder =
  (store: Pick<CatalogStore, "history">) =>
  async (id: string, simulation: Simulation | null, scope: Scope): Promise<Answered<SimulationWire>> => {
    if (simulation === null)
      return refuse("simulation.not_found", `there is no simulation ${id}; a restart forgets them`);
    const whole = simulationAnswer(simulation);
    const examples = await Promise.all(
      whole.examples.map(async (example) => {
        const until = await sharedUntil(store, scope, appId(example.app_id));
        return until === null || simulation.startedAt > until ? example : exampleWithoutValues(example);
      }),
    );
    const answer = { ...whole, examples };
    // Examples are of many events, which are not at hand: what looks like an identifier is masked.
    return { kind: "ok", answer: scope.isMasked ? maskedJson(answer, maskerOf(null)) : answer };
  };

type ExampleWire = SimulationWire["examples"][number];

/** Rendered while revenue was shared, and read when it is no more. */
const exampleWithoutValues = (example: ExampleWire): ExampleWire => ({
  ...example,
  before: sideWithoutValues(example.before),
  after: sideWithoutValues(example.after),
  differences: [],
});

const sideWithoutValues = (side: ExampleWire["before"]): ExampleWire["before"] => ({
  ...side,
  request: side.request === null ? null : withoutValues(side.request),
});

const simulationAnswer = (simulation: Simulation): SimulationWire => ({
  id: simulation.id,
  status: simulation.status,
  revision: simulation.revision,
  started_at: timeText(simulation.startedAt),
  ended_at: timeTextOrNull(simulation.endedAt),
  looked: simulation.looked,
  events: simulation.events,
  erased: simulation.erased,
  left: simulation.left,
  counts: simulation.counts,
  groups: simulation.groups.map(({ appId: app, eventName, ...group }) => ({
    ...group,
    app_id: app,
    event_name: eventName,
  })),
  examples: simulation.examples.map((example) => ({
    change: example.change,
    event_id: example.eventId,
    app_id: example.appId,
    event_name: example.eventName,
    target: example.targetKey,
    before: sideAnswer(example.before),
    after: sideAnswer(example.after),
    differences: example.differences.map(({ place, before, after }) => ({
      place,
      before: before === null ? null : withNamedSecrets(before),
      after: after === null ? null : withNamedSecrets(after),
    })),
  })),
  failure: simulation.failure,
});

const sideAnswer = ({ targetKey, request, reason }: Side): SimulationWire["examples"][number]["before"] => ({
  target: targetKey,
  request: request === null ? null : requestAnswer(request),
  reason,
});
