import type { RequestTemplate } from "#src/core/catalog.ts";
import { type Compilation, problemAt, readText } from "./compilation.ts";
import { fillSlot, headerSlot } from "./slot.ts";
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
    const placed = text.pieces.flatMap((piece): Placed[] => {
      if (piece.kind === "text") return [piece.text];
      return [fillSlot(compilation, text, { piece, slot: headerSlot, isDroppable: true })];
    });
    return { name, placed };
  });
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
  const path = [...compilation.path, "headers", index, "name"];
  const lower = name.toLowerCase();
  const refuse = (code: TemplateCode, message: string): void => {
    compilation.problems.push(problemAt(path, code, message));
  };
  if (!token.test(name)) refuse("template.header_invalid", `not a header name: ${JSON.stringify(name.slice(0, 64))}`);
  else if (ofTheSender.has(lower)) refuse("template.header_reserved", `the sender writes ${lower} itself`);
  else if (lower === "content-type") refuse("template.header_reserved", "set content_type instead");
};
