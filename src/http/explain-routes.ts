import type { ExplanationsWire, ExplanationWire } from "#src/contract/explanation-wire.ts";
import { routes } from "#src/contract/routes.ts";
import { pathText } from "#src/core/check-catalog/findings.ts";
import type { Explanation } from "#src/core/compiled-catalog.ts";
import type { Event } from "#src/core/event.ts";
import { type EventId, eventId } from "#src/core/ids.ts";
import { enrichmentOf, withEnrichment } from "#src/core/install-conversion.ts";
import { installKeysOf } from "#src/core/install-keys.ts";
import { memberText } from "#src/core/json-text.ts";
import { parseEvent } from "#src/core/parse-event.ts";
import { decisionAnswer, recordedDecisionAnswer } from "./decision-answer.ts";
import { openEventIdMint } from "./event-id-mint.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { Answered, ServeRoute } from "./serve-route.ts";

export const serveExplain = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const explainGiven = givenExplainer(dependencies);
  serve(routes.explain, ({ body, bodyText }) => {
    if ("event" in body) return explainGiven(memberText(bodyText, "event") ?? "");
    const id = eventId(body.id);
    switch (body.at) {
      case "then":
        return explainThen(dependencies, id);
      case "now":
        return explainStoredNow(dependencies, id);
    }
  });
};

type Explained = Promise<Answered<ExplanationsWire>>;

/** An event that nobody sent: read and completed as if it came now, by today's catalog. */
const givenExplainer = (dependencies: HttpDependencies) => {
  const { clock, chance } = dependencies;
  const mintId = openEventIdMint(chance);
  return async (source: string): Explained => {
    const now = clock.now();
    const parsed = parseEvent({ source, id: mintId(now), receivedAt: now, senderIp: null, defaultAppId: null });
    if (parsed.kind === "refused") {
      const errors = parsed.problems.map((problem) => ({ ...problem, path: pathText(["event", ...problem.path]) }));
      return refuse("request.invalid", `event: ${errors[0]?.message ?? "cannot be read"}`, { errors });
    }
    const event = await completed(parsed.event, dependencies);
    const explanations = await dependencies.engine.explainNow(event);
    if (explanations === null) return refuse("event.app_unknown", `event.app_id: ${event.appId} is not in the catalog`);
    return explainedNow(event, explanations);
  };
};

const explainedNow = (
  event: Event,
  explanations: readonly Explanation[] | null,
  isStored = false,
): Answered<ExplanationsWire> => ({
  kind: "ok",
  answer: {
    event_id: isStored ? event.id : null,
    app_id: event.appId,
    at: "now",
    explanations: explanations?.map(explanationAnswer) ?? null,
    recorded: null,
    differs: null,
  },
});

/** As acceptance would complete it from its install record; a conversion is its own record. */
const completed = async (event: Event, { storage }: HttpDependencies): Promise<Event> => {
  const keys = installKeysOf(event.fields);
  const query = { clientEventIds: [], waiting: [], marks: [], installs: [{ appId: event.appId, keys }] };
  const { installs } = await storage.knowledge.lookUp(query);
  const enrichment = enrichmentOf(event, installs[0] ?? null, 1);
  return enrichment === null ? event : withEnrichment(event, enrichment);
};

const explainStoredNow = async ({ storage, engine }: HttpDependencies, id: EventId): Explained => {
  const stored = await storage.log.readEvent(id);
  if (stored === null) return unknownEvent(id);
  return explainedNow(stored.event, await engine.explainNow(stored.event), true);
};

const explainThen = async ({ engine }: HttpDependencies, id: EventId): Explained => {
  const then = await engine.explainThen(id);
  if (then === null) return unknownEvent(id);
  return {
    kind: "ok",
    answer: {
      event_id: then.event.id,
      app_id: then.event.appId,
      at: "then",
      explanations: then.replayed?.map(explanationAnswer) ?? null,
      recorded: then.recorded.map(recordedDecisionAnswer),
      differs: [...then.differs],
    },
  };
};

const explanationAnswer = ({ decision, steps }: Explanation): ExplanationWire => ({
  decision: decisionAnswer(decision),
  steps: steps.map(({ setBy, ...step }) => ({ ...step, set_by: setBy })),
});

const unknownEvent = (id: string): Refusal => refuse("event.not_found", `there is no event ${id}`);
