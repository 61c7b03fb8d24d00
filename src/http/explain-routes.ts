import type { ExplanationsWire, ExplanationWire } from "#src/contract/explanation-wire.ts";
import { routes } from "#src/contract/routes.ts";
import type { Explanation } from "#src/core/decide/verdict.ts";
import type { Event } from "#src/core/events/event.ts";
import { type EventId, eventId } from "#src/core/ids.ts";
import { memberText } from "#src/core/json/json-text.ts";
import { isErased } from "#src/core/personal-data/erasure.ts";
import { maskerOf } from "#src/core/personal-data/mask-personal-data.ts";
import type { DeliveryLog } from "#src/ports/delivery-log.ts";
import { decisionAnswer, recordedDecisionAnswer } from "./decision-answer.ts";
import { explainedPostbacks } from "./explained-postbacks.ts";
import { givenEventReader } from "./given-event.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { maskedJson } from "./postback-masking.ts";
import { type Refusal, refuse } from "./refusal.ts";
import { type Scope, seesRevenue } from "./scope.ts";
import type { Answered, ServeRoute } from "./serve-route.ts";
import { settingTimes } from "./setting-times.ts";

export const serveExplain = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const explainGiven = givenExplainer(dependencies);
  serve(routes.explain, async ({ body, bodyText, scope }) => {
    if ("event" in body) return shownTo(scope, await explainGiven(memberText(bodyText, "event") ?? "", scope));
    const id = await findStored(dependencies.storage.log, body.id, scope);
    if (typeof id !== "string") return id;
    const shown = shownTo(scope, await explainStored(dependencies, id, body.at));
    if (shown.kind !== "ok") return shown;
    const postbacks = await explainedPostbacks(dependencies.storage.log, id, scope);
    return { kind: "ok", answer: { ...shown.answer, postbacks } };
  });
};

/** By Carom's id, or by the client's own where that leads to one event of those that the caller sees. */
const findStored = async (log: DeliveryLog, given: string, scope: Scope): Promise<EventId | Refusal> => {
  const own = eventId(given);
  if ((await log.readEvent(own)) !== null) return own;
  const key = { kind: "event_id", value: given } as const;
  const { items } = await log.findEvents({ key, ...scope.looks.filter }, { limit: 2, cursor: null });
  const [found, another] = items;
  if (found === undefined) return unknownEvent(given);
  if (another === undefined) return found.event.id;
  return refuse(
    "event.not_found",
    `several events have the event_id ${given}: send Carom's id of one, as GET /v1/events?event_id= tells them`,
  );
};

const explainStored = (dependencies: HttpDependencies, id: EventId, at: "then" | "now"): Promise<Explained> => {
  switch (at) {
    case "then":
      return explainThen(dependencies, id);
    case "now":
      return explainStoredNow(dependencies, id);
  }
};

/** Of an event that the caller sees: the targets that it sees, without what it may not read. */
const shownTo = (scope: Scope, explained: Explained): Answered<ExplanationsWire> => {
  if (explained.kind === "refusal") return explained;
  const { event, answer } = explained;
  if (answer.event_id !== null && !scope.looks.holdsEvent(event)) return unknownEvent(event.id);
  const isSeen = (target: string): boolean => scope.looks.holdsTarget(event.appId, target);
  const seen = {
    ...answer,
    explanations:
      answer.explanations
        ?.filter(({ decision }) => isSeen(decision.target))
        .map((one) => (answer.at === "then" && !seesRevenue(scope, event) ? withoutCompared(one) : one)) ?? null,
    recorded: answer.recorded?.filter(({ target }) => isSeen(target)) ?? null,
    differs: answer.differs?.filter(isSeen) ?? null,
  };
  return { kind: "ok", answer: scope.isMasked ? maskedJson(seen, maskerOf(event)) : seen };
};

/** What a condition was compared with is told by the grant of then, which has been taken back. */
const withoutCompared = ({ decision, steps }: ExplanationWire): ExplanationWire => ({
  decision,
  steps: steps.map((step) =>
    step.reason === "condition_unmet" ? { ...step, actual: "not told: revenue is not granted now" } : step,
  ),
});

type Explained = { readonly kind: "explained"; readonly event: Event; readonly answer: ExplanationsWire } | Refusal;

/** An event that nobody sent, by today's catalog. */
const givenExplainer = (dependencies: HttpDependencies) => {
  const readGiven = givenEventReader(dependencies);
  return async (source: string, scope: Scope): Promise<Explained> => {
    const given = await readGiven(source, scope);
    if (given.kind === "refusal") return given;
    const { event } = given;
    const explanations = await dependencies.engine.explainNow(event);
    if (explanations === null) return refuse("event.app_unknown", `event.app_id: ${event.appId} is not in the catalog`);
    return explainedNow(dependencies, { event, explanations, isStored: false });
  };
};

const explainedNow = async (
  dependencies: HttpDependencies,
  {
    event,
    explanations,
    isStored,
  }: { readonly event: Event; readonly explanations: readonly Explanation[] | null; readonly isStored: boolean },
): Promise<Explained> => {
  const { revision } = dependencies.engine.catalog.current();
  return {
    kind: "explained",
    event,
    answer: {
      event_id: isStored ? event.id : null,
      app_id: event.appId,
      at: "now",
      erased: isErased(event),
      explanations: await explanationsAnswer(dependencies, explanations, revision),
      recorded: null,
      differs: null,
      postbacks: null,
    },
  };
};

const explainStoredNow = async (dependencies: HttpDependencies, id: EventId): Promise<Explained> => {
  const { storage, engine } = dependencies;
  const stored = await storage.log.readEvent(id);
  if (stored === null) return unknownEvent(id);
  const { event } = stored;
  const explanations = isErased(event) ? null : await engine.explainNow(event);
  return explainedNow(dependencies, { event, explanations, isStored: true });
};

const explainThen = async (dependencies: HttpDependencies, id: EventId): Promise<Explained> => {
  const then = await dependencies.engine.explainThen(id);
  if (then === null) return unknownEvent(id);
  const erased = isErased(then.event);
  const revision = then.recorded.reduce((newest, recorded) => Math.max(newest, recorded.revision), 0);
  return {
    kind: "explained",
    event: then.event,
    answer: {
      event_id: then.event.id,
      app_id: then.event.appId,
      at: "then",
      erased,
      explanations: await explanationsAnswer(dependencies, erased ? null : then.replayed, revision),
      recorded: then.recorded.map(recordedDecisionAnswer),
      // What the decision looked at is gone: that it would be another is no difference of programs.
      differs: erased ? [] : [...then.differs],
      postbacks: null,
    },
  };
};

const explanationsAnswer = async (
  { storage }: HttpDependencies,
  explanations: readonly Explanation[] | null,
  revision: number,
): Promise<ExplanationWire[] | null> => {
  if (explanations === null) return null;
  const settings = new Set(explanations.flatMap(({ steps }) => steps.flatMap(({ setBy }) => setBy ?? [])));
  const times = await settingTimes(storage.catalog, settings, revision);
  return explanations.map(({ decision, steps }) => ({
    decision: decisionAnswer(decision),
    steps: steps.map(({ setBy, fix = null, ...step }) => ({
      ...step,
      set_by: setBy,
      fix,
      set_at: setBy === null ? null : (times.get(setBy) ?? null),
    })),
  }));
};

const unknownEvent = (id: string): Refusal =>
  refuse("event.not_found", `there is no event ${id}, by Carom's id or by its own event_id`);
