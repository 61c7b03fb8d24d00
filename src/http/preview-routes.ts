import { readCatalogDocument } from "#src/contract/catalog-document.ts";
import type { PreviewWire } from "#src/contract/preview-contract.ts";
import { pathInTemplate, previewDocument } from "#src/contract/preview-document.ts";
import { routes } from "#src/contract/routes.ts";
import { pathText } from "#src/core/check-catalog/findings.ts";
import { compileCatalog } from "#src/core/compile-catalog.ts";
import { type CompiledApp, nothingShown, type Preview } from "#src/core/compiled-catalog.ts";
import type { Event } from "#src/core/event.ts";
import { eventId } from "#src/core/ids.ts";
import { isConversion } from "#src/core/install-conversion.ts";
import { memberText } from "#src/core/json-text.ts";
import type { Problem } from "#src/core/problem.ts";
import { wholeTargetKey } from "#src/core/target-key.ts";
import { type GivenEvent, givenEventReader } from "./given-event.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { requestAnswer, withNamedSecrets } from "./postback-answer.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { RouteInput, ServeRoute } from "./serve-route.ts";

type Body = RouteInput<typeof routes.preview>["body"];

export const servePreview = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { engine, hashes } = dependencies;
  const readGiven = givenEventReader(dependencies);
  serve(routes.preview, async ({ body, bodyText }) => {
    const given = await (body.id === undefined
      ? readGiven(memberText(bodyText, "event") ?? "")
      : storedEvent(dependencies, body.id));
    if (given.kind === "refusal") return given;
    const { event } = given;
    if (body.template !== undefined) {
      const alone = compiledAlone(body, { event, hashes });
      if (alone.kind === "refusal") return alone;
      const previews = alone.app.preview(event).map((preview) => previewAnswer(preview, null));
      return { kind: "ok", answer: { app_id: event.appId, previews, warnings: alone.warnings } };
    }
    const app = engine.catalog.current().apps.get(event.appId);
    if (app === undefined) return refuse("event.app_unknown", `app_id: ${event.appId} is not in the catalog`);
    const previews = previewsOf(app, event, body.target);
    if (previews.length === 0 && body.target !== undefined)
      return refuse("preview.target_unknown", `target: the app has no ${body.target} for this event`);
    return { kind: "ok", answer: { app_id: event.appId, previews, warnings: [] } };
  });
};

const storedEvent = async ({ storage }: HttpDependencies, id: string): Promise<GivenEvent> => {
  const stored = await storage.log.readEvent(eventId(id));
  return stored === null
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

type Alone = { readonly kind: "app"; readonly app: CompiledApp; readonly warnings: ReturnType<typeof entryOf>[] };

/** The template in a catalog of its own. */
const compiledAlone = (
  body: Body,
  { event, hashes }: { readonly event: Event; readonly hashes: HttpDependencies["hashes"] },
): Alone | Refusal => {
  const eventKind = event.type === "skan_postback" ? "skan_postback" : isConversion(event) ? "install" : "in_app_event";
  const document = previewDocument({
    template: body.template ?? {},
    eventKind,
    appId: event.appId,
    eventName: event.name,
    parameters: body.parameters,
    partnerEvent: body.partner_event ?? null,
    dataSharing: body.data_sharing,
  });
  const reading = readCatalogDocument(document, "json");
  if (reading.kind === "refused") return refuseTemplate(reading.problems);
  const compilation = compileCatalog(reading.catalog, hashes);
  if (compilation.kind === "refused") return refuseTemplate(compilation.problems);
  const app = compilation.compiled.apps.get(event.appId);
  if (app === undefined) return refuse("event.app_unknown", `app_id: ${event.appId} is no id of an app`);
  return { kind: "app", app, warnings: compilation.warnings.map(entryOf) };
};

const refuseTemplate = (problems: readonly Problem[]): Refusal => {
  const errors = problems.map(entryOf);
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  return refuse("catalog.refused", `${errors[0]?.message ?? "the template has mistakes"}${more}`, { errors });
};

/** Told by the template's own places, not by those of the catalog around it. */
const entryOf = ({ path, code, message }: Problem) => {
  const own = pathText(pathInTemplate(path));
  const around = `${pathText(path)}: `;
  return { path: own, code, message: message.startsWith(around) ? `${own}: ${message.slice(around.length)}` : message };
};

const previewAnswer = ({ targetKey, outcome, macros }: Preview, skipped: string | null): PreviewWire => ({
  target: targetKey,
  outcome: outcome.kind,
  message: messageOf(outcome),
  request: outcome.kind === "request" ? requestAnswer(outcome.request) : null,
  macros: macros.map(({ encoded, ...macro }) => ({
    ...macro,
    encoded: encoded === null ? null : withNamedSecrets(encoded),
  })),
  skipped,
});

const messageOf = (outcome: Preview["outcome"]): string | null => {
  switch (outcome.kind) {
    case "request":
      return null;
    case "macro_missing":
      return `(${outcome.macro}) has no value, and the template says to skip then`;
    case "fault":
      return outcome.message;
    case "no_template":
      return "neither integration nor partner has a template for such an event";
  }
};
