import type { MissingValuePolicy } from "#src/core/catalog/request-template.ts";
import { dialectNamed } from "#src/core/dialects/built-dialects.ts";
import type { EventView } from "#src/core/events/event-view.ts";
import type { HttpMethod } from "#src/core/postbacks/postback.ts";
import type { Problem } from "#src/core/problem.ts";
import type { Compilation } from "#src/core/templates/compilation.ts";
import { compileBody } from "#src/core/templates/compile-body.ts";
import { compileHeaders, type PlacedHeader } from "#src/core/templates/compile-headers.ts";
import { compileSigning } from "#src/core/templates/compile-signing.ts";
import { compileUrl, hasDotSegment } from "#src/core/templates/compile-url.ts";
import type { Hashes } from "#src/core/templates/hashes.ts";
import { lintTemplate } from "#src/core/templates/lint-template.ts";
import type { CompileTemplate, RenderOutcome } from "#src/core/templates/template.ts";
import { bodyBytesMax, headerBytesMax, renderedUrlBytesMax } from "#src/core/templates/template-limits.ts";
import {
  fillParts,
  flatParts,
  groupedParts,
  isStatic,
  type Missing,
  type Part,
  type Placed,
} from "#src/core/templates/template-part.ts";
import { traceMacro } from "#src/core/templates/traced-macro.ts";
import { exceedsUtf8Bytes } from "#src/core/utf8-bytes.ts";

/**
 * Compiles a template for one integration or rule. All that is wrong is told at once; what is likely a
 * mistake comes as warnings. With the same parameters the outcome is the same for every
 * integration, and may be shared.
 */
export const compileTemplate: CompileTemplate = (template, context) => {
  const problems: Problem[] = [];
  const compilation: Compilation = {
    dialect: dialectNamed(template.dialect),
    onMissing: template.onMissing,
    parameters: context.parameters,
    path: context.path,
    problems,
    warnings: [],
    texts: new Map(),
    values: new Map(),
    placed: [],
    secrets: new Set(),
    ...(context.parametersPath === undefined ? {} : { parametersPath: context.parametersPath }),
  };
  const url = compileUrl(compilation, template.url);
  const placedHeaders = compileHeaders(compilation, template.headers);
  const body = compileBody(compilation, template);
  const unsigned = { url: url.placed, headers: placedHeaders, hasBody: body !== null };
  const signed = compileSigning(compilation, context.signing, unsigned);
  if (problems.length > 0) return { kind: "refused", problems };

  const join = template.onMissing.kind === "drop_parameter" ? groupedParts : flatParts;
  const typed =
    body === null ? signed.headers : [...signed.headers, { name: "content-type", placed: [body.contentType] }];
  const render = renderer({
    method: template.method,
    url: join(signed.url),
    hasPathValue: url.hasPathValue,
    headers: compiledHeaders(typed, join),
    body: body === null ? null : join(body.placed),
    onMissing: template.onMissing,
    hashes: context.hashes,
  });
  return {
    kind: "compiled",
    template: {
      render,
      trace: (view) => compilation.placed.map((placed) => traceMacro(placed, view, context.hashes)),
      macros: [...compilation.values.keys()],
    },
    warnings: [...compilation.warnings, ...lintTemplate(compilation, template, context.scope)],
  };
};

type CompiledRequest = {
  readonly method: HttpMethod;
  readonly url: readonly Part[];
  readonly hasPathValue: boolean;
  readonly headers: CompiledHeaders;
  readonly body: readonly Part[] | null;
  readonly onMissing: MissingValuePolicy;
  readonly hashes: Hashes;
};

/** Flat pairs once and for all where no header holds a value. */
type CompiledHeaders =
  | { readonly kind: "fixed"; readonly pairs: readonly string[] }
  | {
      readonly kind: "filled";
      readonly headers: readonly { readonly name: string; readonly parts: readonly Part[] }[];
    };

const compiledHeaders = (
  headers: readonly PlacedHeader[],
  join: (placed: readonly Placed[]) => readonly Part[],
): CompiledHeaders => {
  const joined = headers.map(({ name, placed }) => ({ name, parts: join(placed) }));
  if (!joined.every(({ parts }) => isStatic(parts))) return { kind: "filled", headers: joined };
  return { kind: "fixed", pairs: joined.flatMap(({ name, parts }) => [name, parts.join("")]) };
};

const renderer =
  (request: CompiledRequest) =>
  (view: EventView): RenderOutcome => {
    const { hashes } = request;
    const url = fillParts(request.url, view, hashes);
    if (typeof url !== "string") return url;
    if (url.length > renderedUrlBytesMax) return fault(`the URL has more than ${renderedUrlBytesMax} bytes`);
    if (request.hasPathValue && hasDotSegment(pathOf(url)))
      return fault("a value makes the path of the URL walk (. or ..)");

    const { headers } = request;
    const pairs = headers.kind === "fixed" ? headers.pairs : fillHeaders(headers.headers, view, request);
    if ("kind" in pairs) return pairs;

    const body = request.body === null ? null : fillParts(request.body, view, hashes);
    if (body !== null && typeof body !== "string") return body;
    if (body !== null && exceedsUtf8Bytes(body, bodyBytesMax)) {
      return fault(`the body has more than ${bodyBytesMax} bytes`);
    }
    return { kind: "request", request: { method: request.method, url, headers: pairs, body } };
  };

const fault = (message: string): RenderOutcome & { kind: "fault" } => ({ kind: "fault", message });

const pathOf = (url: string): string => {
  const end = url.search(/[?#]/);
  return end < 0 ? url : url.slice(0, end);
};

const fillHeaders = (
  headers: readonly { readonly name: string; readonly parts: readonly Part[] }[],
  view: EventView,
  { hashes, onMissing }: CompiledRequest,
): readonly string[] | Missing | (RenderOutcome & { kind: "fault" }) => {
  const pairs: string[] = [];
  for (const { name, parts } of headers) {
    const value = fillParts(parts, view, hashes);
    if (typeof value === "string") {
      if (value.length > headerBytesMax) return fault(`the header ${name} has more than ${headerBytesMax} bytes`);
      pairs.push(name, value);
    } else if (onMissing.kind !== "drop_parameter") {
      return value;
    }
  }
  return pairs;
};
