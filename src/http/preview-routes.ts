import type { PreviewsWire, PreviewWire } from "#src/contract/preview-contract.ts";
import { routes } from "#src/contract/routes.ts";
import type { DataSharing } from "#src/core/catalog/catalog.ts";
import type { CompiledApp } from "#src/core/compile/compiled-catalog.ts";
import { nothingShown } from "#src/core/decide/verdict.ts";
import type { Event } from "#src/core/events/event.ts";
import { eventId } from "#src/core/ids.ts";
import { memberText } from "#src/core/json/json-text.ts";
import { maskerOf } from "#src/core/personal-data/mask-personal-data.ts";
import { wholeTargetKey } from "#src/core/postbacks/target-key.ts";
import { type GivenEvent, givenEventReader } from "./given-event.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { maskedJson } from "./postback-masking.ts";
import { previewAlone } from "./preview-alone.ts";
import { previewAnswer } from "./preview-answer.ts";
import { refuse } from "./refusal.ts";
import { type Scope, seesRevenue } from "./scope.ts";
import type { ServeRoute } from "./serve-route.ts";

export const servePreview = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { engine, hashes, rates } = dependencies;
  const readGiven = givenEventReader(dependencies);
  serve(routes.preview, async ({ body, bodyText, scope }) => {
    const given = await (body.id === undefined
      ? readGiven(memberText(bodyText, "event") ?? "", scope)
      : storedEvent(dependencies, body.id, scope));
    if (given.kind === "refusal") return given;
    const { event } = given;
    const shown = (answer: PreviewsWire): PreviewsWire =>
      scope.isMasked && body.id !== undefined ? maskedJson(answer, maskerOf(event)) : answer;
    if (body.template !== undefined) {
      const isWhole = body.id === undefined || seesRevenue(scope, event);
      const sharing = isWhole ? body.data_sharing : lesserSharing(body.data_sharing);
      const alone = previewAlone(
        { ...body, template: body.template, data_sharing: sharing },
        { event, means: { hashes, rates } },
      );
      return alone.kind === "ok" ? { ...alone, answer: shown(alone.answer) } : alone;
    }
    const app = engine.catalog.current().apps.get(event.appId);
    if (app === undefined) return refuse("event.app_unknown", `app_id: ${event.appId} is not in the catalog`);
    const previews = previewsOf(app, event, body.target).filter(({ target }) =>
      scope.looks.holdsTarget(event.appId, target),
    );
    if (previews.length === 0 && body.target !== undefined)
      return refuse("preview.target_unknown", `target: the app has no ${body.target} for this event`);
    return { kind: "ok", answer: shown({ app_id: event.appId, previews, warnings: [] }) };
  });
};

const lesserSharing = (wanted: DataSharing): DataSharing =>
  wanted === "values_and_revenue" ? "values_without_revenue" : wanted;

const storedEvent = async ({ storage }: HttpDependencies, id: string, scope: Scope): Promise<GivenEvent> => {
  const stored = await storage.log.readEvent(eventId(id));
  return stored === null || !scope.looks.holdsEvent(stored.event)
    ? refuse("event.not_found", `there is no event ${id}`)
    : { kind: "event", event: stored.event };
};

/** What each target would send, and why it would not be sent all the same. */
const previewsOf = (app: CompiledApp, event: Event, target: string | undefined): PreviewWire[] => {
  const { decisions } = app.decide(event, nothingShown);
  const skipOf = (targetKey: string): string | null => {
    const decision = decisions.find((other) => other.targetKey === targetKey);
    const about = decision ?? decisions.find((other) => other.targetKey === wholeTargetKey(targetKey));
    return about?.outcome.kind === "skip" ? about.outcome.reason : null;
  };
  return app
    .preview(event)
    .filter(({ targetKey }) => target === undefined || targetKey === target || wholeTargetKey(targetKey) === target)
    .map((preview) => previewAnswer(preview, skipOf(preview.targetKey)));
};
