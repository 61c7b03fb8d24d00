import { attemptTimeMark, signatureMark } from "#src/core/templates/signature-mark.ts";
import type { Signing } from "#src/core/templates/signing.ts";
import { type Compilation, problemAt } from "./compilation.ts";
import { ofTheSender, type PlacedHeader } from "./compile-headers.ts";
import { encodeUrl } from "./encode-value.ts";
import type { TemplateCode } from "./template-codes.ts";
import type { Placed } from "./template-part.ts";

export type Unsigned = {
  readonly url: readonly Placed[];
  readonly headers: readonly PlacedHeader[];
  readonly hasBody: boolean;
};

/** Puts the marks of a signature in; the sender signs at the attempt. What is wrong is reported. */
export const compileSigning = (
  compilation: Compilation,
  signing: Signing | null,
  request: Unsigned,
): Pick<Unsigned, "url" | "headers"> => {
  if (signing === null) return request;
  if (signing.kind === "standard_webhooks") {
    if (!request.hasBody) {
      const message = "Standard Webhooks signs a body, and there is none; give it a body, or sign with hmac";
      refuse(compilation, "template.signing_invalid", message);
    }
    return { url: request.url, headers: withHeaders(compilation, request.headers, webhookHeaders(signing)) };
  }
  const { name, prefix } = signing;
  if (signing.place === "header") {
    const header = { name, placed: [prefix + signatureMark(signing)] };
    return { url: request.url, headers: withHeaders(compilation, request.headers, [header]) };
  }
  const parameter = `${encodeUrl(name)}=${encodeUrl(prefix)}${signatureMark(signing)}`;
  return { url: withParameter(request.url, parameter), headers: request.headers };
};

const refuse = ({ problems, path }: Compilation, code: TemplateCode, message: string): void => {
  problems.push(problemAt(path, code, message));
};

const webhookHeaders = (signing: Signing): readonly PlacedHeader[] => [
  {
    name: "webhook-id",
    placed: [{ kind: "value", read: (view) => view.postbackId, encode: (id) => id, whenMissing: "" }],
  },
  { name: "webhook-timestamp", placed: [attemptTimeMark] },
  { name: "webhook-signature", placed: [signatureMark(signing)] },
];

const withHeaders = (
  compilation: Compilation,
  headers: readonly PlacedHeader[],
  signature: readonly PlacedHeader[],
): readonly PlacedHeader[] => {
  for (const { name } of signature) {
    if (ofTheSender.has(name.toLowerCase()) || name.toLowerCase() === "content-type") {
      refuse(compilation, "template.signing_invalid", `a signature cannot stand in the header ${name}`);
    }
    if (headers.some((header) => header.name.toLowerCase() === name.toLowerCase())) {
      refuse(compilation, "template.header_reserved", `the header ${name} is the partner's signature; take it out`);
    }
  }
  return [...headers, ...signature];
};

/** As the last parameter of the query, which it opens where there is none; a fragment is never sent. */
const withParameter = (url: readonly Placed[], parameter: string): readonly Placed[] => {
  const close = url.findLastIndex((each) => typeof each !== "string" && each.kind === "close");
  if (close >= 0) return [...url.slice(0, close), { kind: "next" }, parameter, { kind: "close" }];
  const fragment = url.indexOf("#");
  const address = fragment < 0 ? url : url.slice(0, fragment);
  return [...address, { kind: "open", lead: "?", separator: "&" }, parameter, { kind: "close" }];
};
