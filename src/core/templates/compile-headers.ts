import type { RequestTemplate } from "#src/core/catalog/request-template.ts";
import { type Compilation, problemAt, readText } from "./compilation.ts";
import { fillSlot, headerPartSlot, headerSlot } from "./slot.ts";
import type { TemplateCode } from "./template-codes.ts";
import { headerBytesMax, headersMax } from "./template-limits.ts";
import type { Placed } from "./template-part.ts";

export type PlacedHeader = { readonly name: string; readonly placed: readonly Placed[] };

/** Reads the headers; what is wrong is reported. Under `drop_parameter` a header goes with its value. */
export const compileHeaders = (
  compilation: Compilation,
  headers: RequestTemplate["headers"],
): readonly PlacedHeader[] => {
  if (headers.length > headersMax) {
    const path = [...compilation.path, "headers"];
    compilation.problems.push(problemAt(path, "template.headers_too_many", `at most ${headersMax} headers`));
    return [];
  }
  return headers.map(({ name, value }, index) => {
    checkName(compilation, name, index);
    const text = readText(compilation, { path: ["headers", index, "value"], text: value, field: "header" });
    if (/[^\x20-\x7e]/.test(value)) {
      text.refuse("template.header_invalid", "a header value is written in visible ASCII characters");
    }
    if (value.length > headerBytesMax) {
      text.refuse("template.header_too_long", `a header value has at most ${headerBytesMax} bytes`);
    }
    // Alone a value is the whole header; beside other text it must not end the part that it stands in.
    const slot = text.pieces.length > 1 ? headerPartSlot : headerSlot;
    const placed = text.pieces.flatMap((piece): Placed[] => {
      if (piece.kind === "text") return [piece.text];
      return [fillSlot(compilation, text, { piece, slot, isDroppable: true })];
    });
    return { name, placed };
  });
};

/** What is wrong with the name of a header that Carom is to write; null where nothing is. */
export const headerNameProblem = (name: string): { readonly code: TemplateCode; readonly message: string } | null => {
  const lower = name.toLowerCase();
  if (!token.test(name)) {
    return { code: "template.header_invalid", message: `not a header name: ${JSON.stringify(name.slice(0, 64))}` };
  }
  if (ofTheSender.has(lower)) return { code: "template.header_reserved", message: `the sender writes ${lower} itself` };
  return lower === "content-type" ? { code: "template.header_reserved", message: "set content_type instead" } : null;
};

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;

/** Those that say where a request ends and how the connection is used belong to the sender. */
export const ofTheSender: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

const checkName = (compilation: Compilation, name: string, index: number): void => {
  const problem = headerNameProblem(name);
  if (problem === null) return;
  const path = [...compilation.path, "headers", index, "name"];
  compilation.problems.push(problemAt(path, problem.code, problem.message));
};
