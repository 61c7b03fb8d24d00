import type { PauseWire } from "#src/contract/pauses-contract.ts";
import { routes } from "#src/contract/routes.ts";
import { timeText } from "#src/contract/wire-time.ts";
import { mainAccountId } from "#src/core/catalog/main-account.ts";
import { receiverId } from "#src/core/ids.ts";
import { configuratorOfReceiver, ownerOfReceiver } from "#src/core/postbacks/target-key.ts";
import type { Pause, PauseScope } from "#src/ports/catalog-store.ts";
import { actsOf, ownerOfApp, ownerOfPartner } from "./acts.ts";
import type { Caller } from "./caller.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { Scope } from "./scope.ts";
import type { ServeRoute } from "./serve-route.ts";

type ById = { readonly params: { readonly id: string }; readonly caller: Caller; readonly scope: Scope };
type WithRate = { readonly body: { readonly rate_per_second: number | null } };

export const servePauses = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { engine, clock } = dependencies;
  const inForce = ({ scope }: Pick<ById, "scope">) => {
    const seen = engine.pauses().filter((pause) => isSeen(scope, pause.scope));
    return { kind: "ok", answer: { data: seen.map(pauseAnswer) } } as const;
  };
  const pause = async (paused: PauseScope, asked: Pick<ById, "caller" | "scope">) => {
    const acts = actsOf(clock, asked.caller, { ...actOn(engine, paused), verb: "paused" });
    await engine.pause(paused, asked.caller.name, acts);
    return inForce(asked);
  };
  const resume = async (paused: PauseScope, asked: WithRate & Pick<ById, "caller" | "scope">) => {
    const acts = actsOf(clock, asked.caller, { ...actOn(engine, paused), verb: "resumed", after: asked.body });
    await engine.resume(paused, asked.body.rate_per_second, acts);
    return inForce(asked);
  };
  const pauseById = (level: NamedLevel) => async (asked: ById) =>
    refusalOf(engine, { level, id: asked.params.id }, asked.scope) ?? pause({ level, id: asked.params.id }, asked);
  // What is gone from the catalog can be resumed: its pause is still in force, and would hold it when it comes back.
  const resumeById = (level: NamedLevel) => async (asked: ById & WithRate) =>
    refusalOf(engine, { level, id: asked.params.id }, asked.scope) ?? resume({ level, id: asked.params.id }, asked);

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

const actOn = (engine: Engine, paused: PauseScope) => {
  if (paused.level === "everything") return { kind: "pause", subject: "everything", account: mainAccountId } as const;
  const { level, id } = paused;
  const { catalog } = engine.catalog.current();
  const app = level === "app" ? id : level === "receiver" ? ownerOfReceiver(id)?.appId : undefined;
  const account = level === "partner" ? ownerOfPartner(catalog, id) : ownerOfApp(catalog, app);
  return { kind: "pause", subject: `${level}/${id}`, account, app } as const;
};

type NamedLevel = Exclude<PauseScope["level"], "everything">;
type Engine = HttpDependencies["engine"];

type Named = { readonly level: NamedLevel; readonly id: string };

/** Unknown, or another's; what is gone from the catalog may still be resumed by an operator. */
const refusalOf = (engine: Engine, { level, id }: Named, scope: Scope): Refusal | null => {
  const unknown = unknownScope(engine, level, id);
  if (scope.isOperator) return isPaused(engine, level, id) ? null : unknown;
  if (unknown !== null || !isSeen(scope, { level, id })) return unknown ?? notThere(level, id);
  return mayPause(scope, { level, id })
    ? null
    : refuse("permission.denied", `the ${level} ${id} is another account's to pause and to resume`);
};

const isSeen = (scope: Scope, paused: PauseScope): boolean => {
  switch (paused.level) {
    case "everything":
      return true;
    case "app":
      return scope.seesApp(paused.id);
    case "partner":
      return scope.seesPartner(paused.id);
    case "receiver":
      return scope.looks.holdsReceiver(paused.id);
  }
};

const mayPause = (scope: Scope, { level, id }: Named): boolean => {
  switch (level) {
    case "app":
      return scope.ownsApp(id);
    case "partner":
      return scope.ownsPartner(id);
    case "receiver": {
      const app = ownerOfReceiver(id)?.appId ?? "";
      if (scope.ownsApp(app)) return true;
      return configuratorOfReceiver(id) === scope.accountId && scope.grantOf(app)?.configureInAppPostbacks === true;
    }
  }
};

const isPaused = (engine: Engine, level: NamedLevel, id: string): boolean =>
  engine.pauses().some(({ scope }) => scope.level === level && scope.id === id);

const unknownScope = (engine: Engine, level: NamedLevel, id: string): Refusal | null => {
  const { catalog, receivers } = engine.catalog.current();
  switch (level) {
    case "app":
      return catalog.apps.some((app) => app.id === id) ? null : notThere(level, id);
    case "partner":
      return catalog.partners.some((partner) => partner.id === id) ? null : notThere(level, id);
    case "receiver":
      return receivers.has(receiverId(id)) ? null : notThere(level, id);
  }
};

const notThere = (level: NamedLevel, id: string): Refusal => {
  const code = ({ app: "app.not_found", partner: "partner.not_found", receiver: "receiver.not_found" } as const)[level];
  return refuse(code, `there is no ${level} ${id}`);
};

const pauseAnswer = ({ scope, since, by }: Pause): PauseWire => ({
  level: scope.level,
  id: scope.level === "everything" ? null : scope.id,
  since: timeText(since),
  by,
});
