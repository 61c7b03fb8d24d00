import type { RequestTemplate } from "#src/core/catalog/request-template.ts";
import { exceedsUtf8Bytes } from "#src/core/utf8-bytes.ts";
import { type Compilation, problemAt, readText, type TemplateText } from "./compilation.ts";
import { placeJson } from "./json-places.ts";
import { fillSlot, formSlot, percentSlot, plainSlot, type Slot } from "./slot.ts";
import { bodyBytesMax } from "./template-limits.ts";
import type { Placed } from "./template-part.ts";
import { placeXml } from "./xml-places.ts";

export type PlacedBody = { readonly placed: readonly Placed[]; readonly contentType: string };

/** Reads a body; its content type says how values are encoded. What is wrong is reported. */
export const compileBody = (compilation: Compilation, template: RequestTemplate): PlacedBody | null => {
  if (template.body === null) {
    if (template.contentType !== null) {
      const message = "there is no body; leave the content type out, or write a body";
      compilation.problems.push(
        problemAt([...compilation.path, "content_type"], "template.content_type_unused", message),
      );
    }
    return null;
  }
  const text = readText(compilation, { path: ["body"], text: template.body, field: "body" });
  if (exceedsUtf8Bytes(template.body, bodyBytesMax)) {
    text.refuse("template.body_too_long", `a body has at most ${bodyBytesMax} bytes`);
    return null;
  }
  const contentType = template.contentType ?? likelyContentType(compilation, text);
  if (contentType.trim() === "" || /[^\x20-\x7e]/.test(contentType)) {
    const path = [...compilation.path, "content_type"];
    compilation.problems.push(
      problemAt(path, "template.header_invalid", "a content type is written in visible ASCII characters"),
    );
  }
  return { contentType, placed: placeBody(compilation, text, contentType) };
};

/** A template that does not say is taken by its first character; what is neither JSON nor XML is a form. */
const likelyContentType = ({ dialect }: Compilation, { pieces }: TemplateText): string => {
  if (dialect.bodyIsFormUnlessJson === true) return formType;
  const [first] = pieces;
  const start = first?.kind === "text" ? first.text.trimStart().slice(0, 1) : "";
  if (start === "{" || start === "[") return "application/json";
  return start === "<" ? "application/xml" : formType;
};
const formType = "application/x-www-form-urlencoded";

const placeBody = (compilation: Compilation, text: TemplateText, contentType: string): readonly Placed[] => {
  const [mediaType = ""] = contentType.toLowerCase().split(";", 1);
  const syntax = syntaxOf(mediaType.trim());
  const isPercent = compilation.dialect.bodyIsFormUnlessJson === true && syntax !== "json" && syntax !== "form";
  if (isPercent) return placeEach(compilation, text, percentSlot);
  switch (syntax) {
    case "json":
      return placeJson(compilation, text);
    case "xml":
      return placeXml(compilation, text);
    case "form":
      return placeForm(compilation, text);
    case "plain":
      return placeEach(compilation, text, plainSlot);
    case null:
      return placeUnknown(compilation, text, contentType);
  }
};

const syntaxOf = (mediaType: string): "json" | "xml" | "form" | "plain" | null => {
  if (mediaType === "application/json" || mediaType === "text/json" || mediaType.endsWith("+json")) return "json";
  if (mediaType === "application/xml" || mediaType === "text/xml" || mediaType.endsWith("+xml")) return "xml";
  if (mediaType === formType) return "form";
  return mediaType === "text/plain" ? "plain" : null;
};

const placeEach = (compilation: Compilation, text: TemplateText, slot: Slot): readonly Placed[] =>
  text.pieces.flatMap((piece) => {
    return piece.kind === "text" ? piece.text : fillSlot(compilation, text, { piece, slot, isDroppable: false });
  });

const placeForm = (compilation: Compilation, text: TemplateText): readonly Placed[] => {
  const placed: Placed[] = [{ kind: "open", lead: "", separator: "&" }];
  for (const piece of text.pieces) {
    if (piece.kind !== "text") {
      placed.push(fillSlot(compilation, text, { piece, slot: formSlot, isDroppable: true }));
      continue;
    }
    const [head = "", ...items] = piece.text.split("&");
    placed.push(head, ...items.flatMap((item): Placed[] => [{ kind: "next" }, item]));
  }
  placed.push({ kind: "close" });
  return placed;
};

/** Static bodies may be of any type; how to keep a value inside its place is known for the four syntaxes only. */
const placeUnknown = (compilation: Compilation, text: TemplateText, contentType: string): readonly Placed[] => {
  if (text.pieces.some((piece) => piece.kind !== "text")) {
    const message = `macros are encoded for JSON, form, XML and text/plain bodies; ${contentType} takes none`;
    text.refuse("template.content_type_unsupported", message);
  }
  return placeEach(compilation, text, plainSlot);
};
