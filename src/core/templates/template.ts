import type { RequestTemplate } from "#src/core/catalog/request-template.ts";
import type { EventView } from "#src/core/events/event-view.ts";
import type { RenderedRequest } from "#src/core/postbacks/postback.ts";
import type { Problem } from "#src/core/problem.ts";
import type { Hashes } from "./hashes.ts";
import type { Signing } from "./signing.ts";
import type { TemplateScope } from "./template-scope.ts";
import type { TracedMacro } from "./traced-macro.ts";

/** A template as a closure. Rendering is pure; a fault of this event is told, not thrown. */
export type CompiledTemplate = {
  readonly render: (view: EventView) => RenderOutcome;
  /** Every macro with its value, in the order of the request. Not for the hot path. */
  readonly trace: (view: EventView) => readonly TracedMacro[];
  /** Registry names of the macros it uses, each once. */
  readonly macros: readonly string[];
};

export type RenderOutcome =
  | { readonly kind: "request"; readonly request: RenderedRequest }
  /** A macro has no value and the template says to skip then. */
  | { readonly kind: "macro_missing"; readonly macro: string }
  | { readonly kind: "fault"; readonly message: string };

export type TemplateContext = {
  /** Where the template stands in the catalog document, for problems. */
  readonly path: readonly (string | number)[];
  readonly scope: TemplateScope;
  /** The integration's parameters: known when it is saved, so one may stand in the host and is fixed and checked then. */
  readonly parameters: Readonly<Record<string, string>>;
  /** How the partner's requests are signed; null where they are not. */
  readonly signing: Signing | null;
  /** Where they are given; null where they are stand-ins for what no integration gives yet. */
  readonly parametersPath?: Problem["path"] | null;
  readonly hashes: Hashes;
};

export type TemplateCompilation =
  | { readonly kind: "compiled"; readonly template: CompiledTemplate; readonly warnings: readonly Problem[] }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] };

export type CompileTemplate = (template: RequestTemplate, context: TemplateContext) => TemplateCompilation;
