import { adobeDialect } from "#src/core/dialects/adobe.ts";
import type { Problem } from "#src/core/problem.ts";
import { readBase64Text } from "./base64-text.ts";
import { durationText } from "./duration-text.ts";
import { type ImportFinding, importFinding } from "./import-finding.ts";
import { type JsonObject, jsonObject } from "./json-object.ts";

type Path = Problem["path"];

/** What a callback message sends: AD-JSON, AD-EX. */
export type AdobePayload = {
  readonly url: string;
  readonly body: string | null;
  readonly contentType: string | null;
  readonly timeout: string;
};

export type PayloadReading =
  | { readonly kind: "read"; readonly payload: AdobePayload; readonly losses: readonly ImportFinding[] }
  | { readonly kind: "unusable"; readonly finding: ImportFinding };

/** The vendor's default, used for a POST that says none. */
const formType = "application/x-www-form-urlencoded";
const timeoutDefaultMs = 2000;
/** As a catalog takes it. */
const timeoutMsMin = 100;
const timeoutMsMax = 120_000;
/** Of a body as base64: a template's text is at most 256 KiB. */
const encodedLengthMax = 350_000;

export const readAdobePayload = (given: unknown, path: Path): PayloadReading => {
  const payload = jsonObject(given);
  if (payload === null) return unusable(path, "must be an object with `templateurl`");
  const url = payload["templateurl"];
  if (typeof url !== "string" || url.trim() === "")
    return unusable([...path, "templateurl"], "is missing and required");
  const losses: ImportFinding[] = strangersIn(payload, path);
  const bodyText = readBody(payload["templatebody"]);
  if (bodyText === null)
    return unusable([...path, "templatebody"], "must be base64 of a UTF-8 text of at most 256 KiB");
  const readUrl = withoutUnknownTokens(url, [...path, "templateurl"]);
  const readBodyText = withoutUnknownTokens(bodyText, [...path, "templatebody"]);
  if (readUrl.kind === "unusable") return readUrl;
  if (readBodyText.kind === "unusable") return readBodyText;
  losses.push(...readUrl.losses, ...readBodyText.losses);
  const contentType = readContentType(payload["contenttype"], bodyText !== "");
  const timeout = readTimeout(payload["timeout"]);
  if (contentType.loss !== null) losses.push(importFinding([...path, "contenttype"], ...contentType.loss));
  if (timeout.loss !== null) losses.push(importFinding([...path, "timeout"], ...timeout.loss));
  return {
    kind: "read",
    payload: {
      url: readUrl.text,
      body: bodyText === "" ? null : readBodyText.text,
      contentType: contentType.value,
      timeout: durationText(timeout.value),
    },
    losses,
  };
};

const unusable = (path: Path, message: string): PayloadReading & { kind: "unusable" } => ({
  kind: "unusable",
  finding: importFinding(path, "import.message_unusable", message),
});

const knownMembers: ReadonlySet<string> = new Set(["templateurl", "templatebody", "contenttype", "timeout"]);

const strangersIn = (payload: JsonObject, path: Path): ImportFinding[] =>
  Object.keys(payload)
    .filter((name) => !knownMembers.has(name))
    .map((name) => importFinding([...path, name], "import.not_carried", "is no field of a callback's payload"));

/** Empty is no body: the request is a GET. */
const readBody = (given: unknown): string | null => {
  if (given === undefined || given === null) return "";
  return typeof given === "string" && given.length <= encodedLengthMax ? readBase64Text(given) : null;
};

type TokensRead =
  | { readonly kind: "text"; readonly text: string; readonly losses: readonly ImportFinding[] }
  | (PayloadReading & { readonly kind: "unusable" });

/** Adobe's SDK puts nothing in the place of a reserved token that it does not know. Here it would be an error. */
const withoutUnknownTokens = (template: string, path: Path): TokensRead => {
  let text = "";
  const losses: ImportFinding[] = [];
  for (const piece of adobeDialect.read(template, "url")) {
    if (piece.kind === "secret")
      return unusable(path, `${piece.written} would be a secret of this server: give the variable another name`);
    if (piece.kind === "text") text += piece.written ?? piece.text;
    else if (piece.kind === "unknown") {
      const message = `${piece.written} is no token, and empty in Adobe's SDK: it is left out (${piece.hint})`;
      losses.push(importFinding(path, "import.value_replaced", message));
    } else text += piece.written;
  }
  return { kind: "text", text, losses };
};

type FieldRead<Value> = {
  readonly value: Value;
  readonly loss: readonly ["import.not_carried" | "import.value_replaced", string] | null;
};

const readContentType = (given: unknown, hasBody: boolean): FieldRead<string | null> => {
  const isGiven = given !== undefined && given !== null && given !== "";
  if (!hasBody) {
    const message = "is used with a `templatebody` only, and there is none";
    return { value: null, loss: isGiven ? ["import.not_carried", message] : null };
  }
  if (!isGiven) return { value: formType, loss: null };
  if (typeof given === "string") return { value: given, loss: null };
  return { value: formType, loss: ["import.value_replaced", `is no text: ${formType}, the default, stands there`] };
};

const readTimeout = (given: unknown): FieldRead<number> => {
  if (given === undefined || given === null) return { value: timeoutDefaultMs, loss: null };
  const seconds = typeof given === "number" ? given : Number.NaN;
  if (!(seconds > 0)) {
    const message = `must be seconds above 0: ${durationText(timeoutDefaultMs)}, the default, stands there`;
    return { value: timeoutDefaultMs, loss: ["import.value_replaced", message] };
  }
  const asked = Math.round(seconds * 1000);
  const value = Math.min(Math.max(asked, timeoutMsMin), timeoutMsMax);
  if (value === asked) return { value, loss: null };
  return { value, loss: ["import.value_replaced", `${durationText(value)} is the nearest that can be`] };
};
