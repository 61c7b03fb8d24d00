import type { KnownPiece } from "#src/core/dialects/dialect.ts";
import {
  type Compilation,
  parameterValue,
  readText,
  refuseParameter,
  type TemplateText,
  where,
} from "./compilation.ts";
import { encodeStaticUrl } from "./encode-value.ts";
import { fillSlot, querySlot, urlSlot } from "./slot.ts";
import { storedUrlLengthMax } from "./template-limits.ts";
import type { Placed } from "./template-part.ts";

export type PlacedUrl = {
  readonly placed: readonly Placed[];
  /** A value in the path could make a segment `.` or `..`, which walks the path: looked at when it is rendered. */
  readonly hasPathValue: boolean;
};

/** Reads a URL: absolute, http or https, its host fixed when it is compiled. What is wrong is reported. */
export const compileUrl = (compilation: Compilation, url: string): PlacedUrl => {
  const text = readText(compilation, { path: ["url"], text: url, field: "url" });
  if (url.length > storedUrlLengthMax) {
    text.refuse("template.url_too_long", `a stored URL has at most ${storedUrlLengthMax} characters`);
  }
  if (forbiddenInUrl.test(url)) {
    text.refuse("template.url_invalid", "a URL has no line breaks, control characters or backslashes");
  }
  const scheme = schemePattern.exec(url)?.[0];
  if (scheme === undefined) {
    text.refuse("template.url_not_absolute", "a URL starts with https:// or http://");
    return { placed: [], hasPathValue: false };
  }
  const { authority, rest } = readAuthority(compilation, text, scheme);
  const placed = placeRest(compilation, { ...text, pieces: rest });
  return { ...placed, placed: [scheme + authority, ...placed.placed] };
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused.
const forbiddenInUrl = /[\u0000-\u001f\u007f\\]/;
const schemePattern = /^https?:\/\//i;

/** The host and port with parameters filled in, and the pieces after it. */
const readAuthority = (
  compilation: Compilation,
  text: TemplateText,
  scheme: string,
): { authority: string; rest: readonly KnownPiece[] } => {
  let authority = "";
  let isKnown = true;
  let parameter: string | null = null;
  const rest: KnownPiece[] = [];
  for (const piece of withoutPrefix(text.pieces, scheme)) {
    if (rest.length > 0) {
      rest.push(piece);
    } else if (piece.kind === "text") {
      const end = piece.text.search(/[/?#\\]/);
      authority += end < 0 ? piece.text : piece.text.slice(0, end);
      if (end >= 0) rest.push({ kind: "text", text: piece.text.slice(end) });
    } else if (piece.kind === "parameter") {
      const value = parameterValue(compilation, text, piece);
      parameter ??= piece.name;
      if (value === null) isKnown = false;
      else {
        authority += value;
        compilation.placed.push({ piece, field: "url", place: "host", filled: value, fixed: value });
      }
    } else {
      isKnown = false;
      const what = piece.kind === "secret" ? "a secret" : "a value of an event";
      text.refuse(
        "template.macro_in_host",
        `${what} cannot choose the host: ${where(piece)}; use a parameter of the integration`,
      );
    }
  }
  // A stand-in for a parameter is no host, and what an integration gives is checked with the integration.
  if (!isKnown || (parameter !== null && compilation.parametersPath === null)) return { authority, rest };
  const refuse: Refuse =
    parameter === null
      ? text.refuse
      : (code, message) => refuseParameter(compilation, text, { name: parameter, code, message });
  return { authority: checkedAuthority(authority, { scheme, refuse }), rest };
};

type Refuse = TemplateText["refuse"];

const withoutPrefix = (pieces: readonly KnownPiece[], prefix: string): readonly KnownPiece[] => {
  const [first, ...others] = pieces;
  return first?.kind === "text" ? [{ kind: "text", text: first.text.slice(prefix.length) }, ...others] : pieces;
};

/** As it is sent: a name beyond ASCII in its `xn--` form. */
const checkedAuthority = (
  authority: string,
  { scheme, refuse }: { readonly scheme: string; readonly refuse: Refuse },
): string => {
  if (authority.includes("@")) {
    refuse("template.url_userinfo", "no user or password in a URL: write an Authorization header with a secret");
    return authority;
  }
  const address = `${scheme}${authority}/`;
  if (authority === "" || forbiddenInAuthority.test(authority) || !URL.canParse(address)) {
    refuse("template.host_invalid", `not a host: ${JSON.stringify(authority)}`);
    return authority;
  }
  return isAscii.test(authority) ? authority : new URL(address).host;
};
const forbiddenInAuthority = /[\s/?#%\\]/;
const isAscii = /^[\x21-\x7e]*$/;

const placeRest = (compilation: Compilation, text: TemplateText): PlacedUrl => {
  const placed: Placed[] = [];
  let region: Region = "path";
  for (const piece of text.pieces) {
    if (piece.kind !== "text") {
      const slot = region === "query" ? querySlot : urlSlot;
      placed.push(fillSlot(compilation, text, { piece, slot, isDroppable: region === "query" }));
      continue;
    }
    for (const token of piece.text.split(/([?&#])/)) {
      const border = borderOf(region, token);
      if (border === null) placed.push(encodeStaticUrl(token));
      else {
        placed.push(...border.placed);
        region = border.region;
      }
    }
  }
  if (region === "query") placed.push({ kind: "close" });
  const { path, hasValue } = pathOf(placed);
  if (hasDotSegment(path)) {
    text.refuse("template.url_invalid", "a path has no segments . or .. to walk it");
  }
  return { placed, hasPathValue: hasValue };
};

type Region = "path" | "query" | "fragment";

const borderOf = (region: Region, token: string): { region: Region; placed: readonly Placed[] } | null => {
  if (region === "path" && token === "?") {
    return { region: "query", placed: [{ kind: "open", lead: "?", separator: "&" }] };
  }
  if (region === "query" && token === "&") return { region, placed: [{ kind: "next" }] };
  if (region !== "fragment" && token === "#") {
    return { region: "fragment", placed: region === "query" ? [{ kind: "close" }, "#"] : ["#"] };
  }
  return null;
};

/** The path with `x` for each value. */
const pathOf = (placed: readonly Placed[]): { path: string; hasValue: boolean } => {
  let path = "";
  let hasValue = false;
  for (const each of placed) {
    if (typeof each === "string") {
      if (each === "#") break;
      path += each;
    } else if (each.kind === "value") {
      path += "x";
      hasValue = true;
    } else break;
  }
  return { path, hasValue };
};

/** `.` and `..`, written plainly or as `%2e`: what receives the URL would take them as steps. */
export const hasDotSegment = (path: string): boolean => dotSegment.test(path);
const dotSegment = /\/(?:\.|%2e){1,2}(?:\/|$)/i;
