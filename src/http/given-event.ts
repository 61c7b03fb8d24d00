import type { Event } from "#src/core/events/event.ts";
import { parseEvent } from "#src/core/events/parse-event.ts";
import { enrichmentOf, withEnrichment } from "#src/core/installs/install-conversion.ts";
import { installKeysOf } from "#src/core/installs/install-keys.ts";
import { sentMarkProblem } from "#src/core/personal-data/erasure.ts";
import { type Problem, pathText } from "#src/core/problem.ts";
import { openEventIdMint } from "./event-id-mint.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { Scope } from "./scope.ts";

export type GivenEvent = { readonly kind: "event"; readonly event: Event } | Refusal;

/** An event that nobody sent: read and completed as if it came now. `source` is its JSON text, so that values keep theirs. */
export const givenEventReader = (
  dependencies: HttpDependencies,
): ((source: string, scope: Scope) => Promise<GivenEvent>) => {
  const { clock, chance } = dependencies;
  const mintId = openEventIdMint(chance);
  return async (source, scope) => {
    const now = clock.now();
    const parsed = parseEvent({ source, id: mintId(now), receivedAt: now, senderIp: null, defaultAppId: null });
    if (parsed.kind !== "event") return refuseEvent(parsed.problems);
    const marked = sentMarkProblem(parsed.event);
    if (marked !== null) return refuseEvent([marked]);
    const event = dependencies.engine.located(parsed.event);
    if (!maySuppose(scope, event)) return unknownApp(event.appId);
    // An install record is the owner's: for others an event is what they say it is.
    return { kind: "event", event: scope.ownsApp(event.appId) ? await completed(event, dependencies) : event };
  };
};

/** A partner sees postbacks to itself, and of events nothing. */
const maySuppose = (scope: Scope, { appId }: Event): boolean =>
  scope.ownsApp(appId) || (scope.kind === "agency" && scope.seesApp(appId));

const unknownApp = (app: string): Refusal => refuse("event.app_unknown", `event.app_id: ${app} is not in the catalog`);

export const refuseEvent = (problems: readonly Problem[]): Refusal => {
  const errors = problems.map((problem) => ({ ...problem, path: pathText(["event", ...problem.path]) }));
  return refuse("request.invalid", `event: ${errors[0]?.message ?? "cannot be read"}`, { errors });
};

/** As acceptance would complete it from its install record, once it is located; a conversion is its own record. */
const completed = async (event: Event, { storage }: HttpDependencies): Promise<Event> => {
  const keys = installKeysOf(event.fields);
  const query = { clientEventIds: [], waiting: [], marks: [], installs: [{ appId: event.appId, keys }] };
  const { installs } = await storage.knowledge.lookUp(query);
  const enrichment = enrichmentOf(event, installs[0] ?? null, 1);
  return enrichment === null ? event : withEnrichment(event, enrichment);
};
