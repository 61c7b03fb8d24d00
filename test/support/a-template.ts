import type { TemplateKind } from "#src/core/catalog/catalog.ts";
import type { RequestTemplate } from "#src/core/catalog/request-template.ts";
import { compileTemplate } from "#src/core/compile/compile-template.ts";
import type { EventView } from "#src/core/events/event-view.ts";
import type { RenderedRequest } from "#src/core/postbacks/postback.ts";
import type { Problem } from "#src/core/problem.ts";
import type { Signing } from "#src/core/templates/signing.ts";
import type { CompiledTemplate, RenderOutcome } from "#src/core/templates/template.ts";
import { scopeOfTemplate } from "#src/core/templates/template-scope.ts";
import { aTemplate } from "#test/support/a-catalog.ts";
import { anEventView, testHashes } from "#test/support/an-event-view.ts";

export type TemplateParts = Partial<RequestTemplate> & {
  readonly eventKind?: TemplateKind;
  readonly privacy?: boolean;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly signing?: Signing;
};

/** A GET of `https://partner.example/` for in-app events in the appsflyer dialect; say only what matters. */
const compile = ({ parameters = {}, signing, ...parts }: TemplateParts) => {
  const template = aTemplate({ url: "https://partner.example/", ...parts });
  const scope = scopeOfTemplate(template);
  const context = { path: ["templates", 0], scope, parameters, signing: signing ?? null, hashes: testHashes };
  return compileTemplate(template.request, context);
};

/** The compiled template and its warnings; a refusal throws with its problems. */
export const compiled = (parts: TemplateParts): { template: CompiledTemplate; warnings: readonly Problem[] } => {
  const outcome = compile(parts);
  if (outcome.kind === "refused") throw new Error(outcome.problems.map(({ message }) => message).join("\n"));
  return outcome;
};

/** What the compiler finds wrong; nothing where it compiles. */
export const problemsOf = (parts: TemplateParts): readonly Problem[] => {
  const outcome = compile(parts);
  return outcome.kind === "refused" ? outcome.problems : [];
};

export const warningsOf = (parts: TemplateParts): readonly Problem[] => compiled(parts).warnings;

export const rendered = (parts: TemplateParts, view: EventView = anEventView()): RenderOutcome =>
  compiled(parts).template.render(view);

/** The request of an event that renders; anything else throws. */
export const requestOf = (parts: TemplateParts, view: EventView = anEventView()): RenderedRequest => {
  const outcome = rendered(parts, view);
  if (outcome.kind !== "request") throw new Error(JSON.stringify(outcome));
  return outcome.request;
};
