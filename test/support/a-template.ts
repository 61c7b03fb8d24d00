import type { PostbackTemplate } from "#src/core/catalog.ts";
import { compileTemplate } from "#src/core/compile-template.ts";
import type { EventView } from "#src/core/event-view.ts";
import type { RenderedRequest } from "#src/core/postback.ts";
import type { Problem } from "#src/core/problem.ts";
import type { CompiledTemplate, RenderOutcome } from "#src/core/template.ts";
import { anEventView, testHashes } from "#test/support/an-event-view.ts";

/** A GET of `https://partner.example/` for in-app events in the appsflyer dialect; say only what matters. */
const aTemplate = (parts: Partial<PostbackTemplate> = {}): PostbackTemplate => ({
  eventKind: "in_app_event",
  platform: null,
  privacy: false,
  dialect: "appsflyer",
  method: "GET",
  url: "https://partner.example/",
  headers: [],
  body: null,
  contentType: null,
  onMissing: { kind: "empty" },
  ...parts,
});

type Parts = Partial<PostbackTemplate> & { readonly parameters?: Readonly<Record<string, string>> };

const compile = ({ parameters = {}, ...parts }: Parts) =>
  compileTemplate(aTemplate(parts), { path: ["templates", 0], parameters, hashes: testHashes });

/** The compiled template and its warnings; a refusal throws with its problems. */
export const compiled = (parts: Parts): { template: CompiledTemplate; warnings: readonly Problem[] } => {
  const outcome = compile(parts);
  if (outcome.kind === "refused") throw new Error(outcome.problems.map(({ message }) => message).join("\n"));
  return outcome;
};

/** What the compiler finds wrong; nothing where it compiles. */
export const problemsOf = (parts: Parts): readonly Problem[] => {
  const outcome = compile(parts);
  return outcome.kind === "refused" ? outcome.problems : [];
};

export const warningsOf = (parts: Parts): readonly Problem[] => compiled(parts).warnings;

export const rendered = (parts: Parts, view: EventView = anEventView()): RenderOutcome =>
  compiled(parts).template.render(view);

/** The request of an event that renders; anything else throws. */
export const requestOf = (parts: Parts, view: EventView = anEventView()): RenderedRequest => {
  const outcome = rendered(parts, view);
  if (outcome.kind !== "request") throw new Error(JSON.stringify(outcome));
  return outcome.request;
};
