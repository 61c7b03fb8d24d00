import { readCatalogDocument } from "#src/contract/catalog-document.ts";
import { proposeInstead } from "#src/contract/notation-proposal.ts";
import type { PreviewsWire } from "#src/contract/preview-contract.ts";
import { previewDocument } from "#src/contract/preview-document.ts";
import type { routes } from "#src/contract/routes.ts";
import { compileCatalog } from "#src/core/compile/compile-catalog.ts";
import type { CompiledApp } from "#src/core/compile/compiled-catalog.ts";
import type { Means } from "#src/core/compile/means.ts";
import type { Event } from "#src/core/events/event.ts";
import { isConversion } from "#src/core/installs/install-conversion.ts";
import { type Problem, pathText } from "#src/core/problem.ts";
import { previewAnswer } from "./preview-answer.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { Answered, RouteInput } from "./serve-route.ts";
import { templateEntry } from "./template-lints.ts";

/** Where a template alone has its URL. */
const urlPath = pathText(["template", "url"]);

type Body = RouteInput<typeof routes.preview>["body"];
export type AloneBody = Omit<Body, "template" | "event" | "id" | "target"> & {
  readonly template: NonNullable<Body["template"]>;
};
type Around = { readonly event: Event; readonly means: Means };

/** A template without the catalog: what the server answers, and `carom render` without one. */
export const previewAlone = (body: AloneBody, around: Around): Answered<PreviewsWire> & { kind: "ok" | "refusal" } => {
  const alone = compiledAlone(body, around);
  if (alone.kind === "refusal") return alone;
  const { event } = around;
  const previews = alone.app.preview(event).map((preview) => previewAnswer(preview, null));
  return { kind: "ok", answer: { app_id: event.appId, previews, warnings: alone.warnings } };
};

type Alone = { readonly kind: "app"; readonly app: CompiledApp; readonly warnings: ReturnType<typeof templateEntry>[] };

/** The template in a catalog of its own. */
const compiledAlone = (body: AloneBody, { event, means }: Around): Alone | Refusal => {
  const eventKind = event.type === "skan_postback" ? "skan_postback" : isConversion(event) ? "install" : "in_app_event";
  const document = previewDocument({
    template: body.template,
    eventKind,
    appId: event.appId,
    eventName: event.name,
    parameters: body.parameters,
    partnerEvent: body.partner_event ?? null,
    dataSharing: body.data_sharing,
  });
  const reading = readCatalogDocument(document, "json");
  if (reading.kind === "refused") return refuseTemplate(body, reading.problems);
  const compilation = compileCatalog(reading.catalog, means);
  if (compilation.kind === "refused") return refuseTemplate(body, compilation.problems);
  const app = compilation.compiled.apps.get(event.appId);
  if (app === undefined) return refuse("event.app_unknown", `app_id: ${event.appId} is no id of an app`);
  return { kind: "app", app, warnings: compilation.warnings.map(templateEntry) };
};

const refuseTemplate = ({ template }: AloneBody, problems: readonly Problem[]): Refusal => {
  const errors = problems.map(templateEntry);
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  const isOfUrl = errors.some(({ path }) => path === urlPath);
  const proposal = isOfUrl ? proposeInstead(template) : null;
  return refuse("catalog.refused", `${errors[0]?.message ?? "the template has mistakes"}${more}`, {
    errors,
    ...(proposal === null ? {} : { proposal }),
  });
};
