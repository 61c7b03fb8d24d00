import type { PauseWire } from "#src/contract/pauses-contract.ts";
import { routes } from "#src/contract/routes.ts";
import { timeText } from "#src/contract/wire-time.ts";
import { receiverId } from "#src/core/ids.ts";
import type { Pause, PauseScope } from "#src/ports/catalog-store.ts";
import type { Caller } from "./caller.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { ServeRoute } from "./serve-route.ts";

type ById = { readonly params: { readonly id: string }; readonly caller: Caller };
type WithRate = { readonly body: { readonly rate_per_second: number | null } };

export const servePauses = (serve: ServeRoute, { engine }: HttpDependencies): void => {
  const inForce = () => ({ kind: "ok", answer: { data: engine.pauses().map(pauseAnswer) } }) as const;
  const pause = async (scope: PauseScope, { caller }: { readonly caller: Caller }) => {
    await engine.pause(scope, caller.name);
    return inForce();
  };
  const resume = async (scope: PauseScope, { body }: WithRate) => {
    await engine.resume(scope, body.rate_per_second);
    return inForce();
  };
  const pauseById = (level: NamedLevel) => async (asked: ById) =>
    unknownScope(engine, level, asked.params.id) ?? pause({ level, id: asked.params.id }, asked);
  // What is gone from the catalog can be resumed: its pause is still in force, and would hold it when it comes back.
  const resumeById = (level: NamedLevel) => async (asked: ById & WithRate) =>
    (isPaused(engine, level, asked.params.id) ? null : unknownScope(engine, level, asked.params.id)) ??
    resume({ level, id: asked.params.id }, asked);

  serve(routes.pauseReceiver, pauseById("receiver"));
  serve(routes.resumeReceiver, resumeById("receiver"));
  serve(routes.pausePartner, pauseById("partner"));
  serve(routes.resumePartner, resumeById("partner"));
  serve(routes.pauseApp, pauseById("app"));
  serve(routes.resumeApp, resumeById("app"));
  serve(routes.pauseEverything, (asked) => pause({ level: "everything" }, asked));
  serve(routes.resumeEverything, (asked) => resume({ level: "everything" }, asked));
  serve(routes.listPauses, inForce);
};

type NamedLevel = Exclude<PauseScope["level"], "everything">;
type Engine = HttpDependencies["engine"];

const isPaused = (engine: Engine, level: NamedLevel, id: string): boolean =>
  engine.pauses().some(({ scope }) => scope.level === level && scope.id === id);

const unknownScope = (engine: Engine, level: NamedLevel, id: string): Refusal | null => {
  const { catalog, receivers } = engine.catalog.current();
  switch (level) {
    case "app":
      return catalog.apps.some((app) => app.id === id) ? null : refuse("app.not_found", `there is no app ${id}`);
    case "partner":
      return catalog.partners.some((partner) => partner.id === id)
        ? null
        : refuse("partner.not_found", `there is no partner ${id}`);
    case "receiver":
      return receivers.has(receiverId(id)) ? null : refuse("receiver.not_found", `there is no receiver ${id}`);
  }
};

const pauseAnswer = ({ scope, since, by }: Pause): PauseWire => ({
  level: scope.level,
  id: scope.level === "everything" ? null : scope.id,
  since: timeText(since),
  by,
});
