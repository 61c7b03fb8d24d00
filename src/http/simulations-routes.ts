import { catalogToDocument, readCatalogDocument } from "#src/contract/catalog-document.ts";
import { routes } from "#src/contract/routes.ts";
import type { SimulationWire } from "#src/contract/simulations-contract.ts";
import { timeText, timeTextOrNull } from "#src/contract/wire-time.ts";
import type { Catalog } from "#src/core/catalog/catalog.ts";
import { pathText } from "#src/core/check-catalog/findings.ts";
import { appId } from "#src/core/ids.ts";
import { maskerOf } from "#src/core/personal-data/mask-personal-data.ts";
import type { Problem } from "#src/core/problem.ts";
import type { Engine } from "#src/engine/engine.ts";
import type { EventFilter } from "#src/ports/delivery-log.ts";
import { isOfPart, othersProblem, wholeOf, writtenPartOf } from "./catalog-part.ts";
import { changedDocument } from "./draft-document.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { openOncePerKey } from "./idempotency.ts";
import { requestAnswer, withNamedSecrets } from "./postback-answer.ts";
import { maskedJson } from "./postback-masking.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { Scope } from "./scope.ts";
import type { Answered, RouteInput, ServeRoute } from "./serve-route.ts";

type Simulation = NonNullable<ReturnType<Engine["simulations"]["read"]>>;
type Side = Simulation["examples"][number]["before"];

export const serveSimulations = (serve: ServeRoute, { engine, clock }: HttpDependencies): void => {
  const { simulations } = engine;
  const startOnce = openOncePerKey<SimulationWire>(clock);
  const start = ({ body, scope, caller }: RouteInput<typeof routes.startSimulation>): Answered<SimulationWire> => {
    if (!scope.isOperator && scope.kind !== "advertiser")
      return refuse("permission.denied", "a draft is of an app's owner; ask the advertiser to try it");
    const { catalog } = engine.catalog.current();
    const draft = draftOf(body, writtenPartOf(catalog, scope));
    if (draft.kind === "refusal") return draft;
    const reading = readCatalogDocument(draft.text, "json");
    if (reading.kind === "refused") return refuseDraft(reading.problems);
    const whole = wholeOf(catalog, reading.catalog, { scope, caller, prune: true });
    if (whole.kind === "refused") return refuseDraft(whole.problems);
    const { accountId, looks } = scope;
    const filter = { ...filterOf(body.filter), ...looks.filter };
    const begun = simulations.start({ accountId, draft: whole.catalog, filter });
    switch (begun.kind) {
      case "started":
        return { kind: "ok", answer: simulationAnswer(begun.simulation) };
      case "refused":
        return refuseDraft(
          begun.problems.map((problem) => (isOfPart(scope, problem, whole.catalog) ? problem : othersProblem)),
        );
      case "busy":
        return refuse("simulation.busy", "two simulations run already; wait for one, or stop it", {
          headers: { "retry-after": "5" },
        });
    }
  };
  serve(routes.startSimulation, (asked) => startOnce(asked, async () => start(asked)));
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

const isOf = ({ isOperator, accountId }: Scope, simulation: Simulation | null): boolean =>
  simulation !== null && (isOperator || simulation.accountId === accountId);

type StartBody = RouteInput<typeof routes.startSimulation>["body"];

const draftOf = (body: StartBody, inForce: Catalog) =>
  "catalog" in body
    ? { kind: "document" as const, text: JSON.stringify(body.catalog) }
    : changedDocument(catalogToDocument(inForce), body.changes);

const filterOf = ({ app_id, event_type, event_name, from, to }: StartBody["filter"]): EventFilter => ({
  ...(app_id === undefined ? {} : { appId: appId(app_id) }),
  ...(event_type === undefined ? {} : { type: event_type }),
  ...(event_name === undefined ? {} : { name: event_name }),
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to }),
});

const refuseDraft = (problems: readonly Problem[]): Refusal => {
  const errors = problems.map(({ path, code, message }) => ({ path: pathText(path), code, message }));
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  return refuse("catalog.refused", `the draft: ${errors[0]?.message ?? "has mistakes"}${more}`, { errors });
};

const found = (id: string, simulation: Simulation | null, { isMasked }: Scope): Answered<SimulationWire> => {
  if (simulation === null)
    return refuse("simulation.not_found", `there is no simulation ${id}; a restart forgets them`);
  // Examples are of many events, which are not at hand: what looks like an identifier is masked.
  const answer = simulationAnswer(simulation);
  return { kind: "ok", answer: isMasked ? maskedJson(answer, maskerOf(null)) : answer };
};

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
