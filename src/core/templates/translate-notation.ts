import type { DialectName } from "#src/core/catalog/request-template.ts";
import { dialectNamed } from "#src/core/dialects/built-dialects.ts";
import { referenceLengthMax } from "#src/core/dialects/references.ts";
import { macroNamedElsewhere } from "#src/core/macros/names-elsewhere.ts";
import { isLikelyCredential, isSurelyCredential } from "./credential-names.ts";
import { credentialOwner } from "./credential-owner.ts";
import { repairPaste } from "./paste-damage.ts";
import { roundMacrosIn } from "./round-macros.ts";

/**
 * What to make of a template that somebody pastes: the dialect it is written in, or the same in
 * carom's. Proposals are for people to look at; at run time a dialect is never guessed.
 */
export type NotationProposal =
  | {
      readonly kind: "proposed";
      readonly dialect: DialectName;
      readonly text: string;
      /** What was changed, in its order; none where the text is proposed as it is. */
      readonly changes: readonly NotationChange[];
    }
  | { readonly kind: "refused"; readonly reason: NotationRefusal; readonly message: string };

/**
 * `name_lost`: a place without a name. `query_lost`: a whole query stood there, whose parameters nobody can know.
 * `too_many`: more placeholders than a template has.
 */
export type NotationRefusal = "name_lost" | "query_lost" | "too_many";

/** In one part; all of them are looked at, and by every dialect. */
const placeholdersMax = 1_000;

export type NotationChange = {
  readonly from: string;
  readonly to: string;
  /**
   * `known`: another name of the same value. `likely`: a name that some products mean another value by. `parameter`: to be filled in by each integration. `secret`: a credential, to be
   * set under its name. `guessed`: taken for a member of the event value. `repaired`: damage undone.
   */
  readonly why: "known" | "likely" | "parameter" | "secret" | "guessed" | "repaired";
};

/** What a part that is no URL cannot tell of itself. */
export type PartOfRequest = {
  /** Whose the credentials are. */
  readonly owner: string;
  /** The name of a header, as of a parameter; empty where it has none. */
  readonly parameter: string;
};

/** Total: any text is proposed in some dialect, or refused with the reason. */
export const translateNotation = (
  pasted: string,
  part: PartOfRequest = { owner: credentialOwner(pasted), parameter: "" },
): NotationProposal => {
  const repaired = repairPaste(pasted);
  const changes: NotationChange[] = repaired === pasted ? [] : [{ from: pasted, to: repaired, why: "repaired" }];
  const lost = /(?<==)\{\{?\}?\}(?=&|$)/.exec(repaired);
  if (lost !== null) return nameLost(lost[0], lost.index);
  if (hasTooMany(repaired)) {
    const message = `more than ${placeholdersMax} placeholders: paste the template itself, or the part that has them`;
    return { kind: "refused", reason: "too_many", message };
  }
  const written = dialectOf(repaired);
  if (written !== null) return { kind: "proposed", dialect: written, text: repaired, changes };
  const translated = translateTokens(repaired, part, changes);
  if (typeof translated !== "string") return translated;
  return { kind: "proposed", dialect: "carom", text: translated, changes };
};

/** The dialect whose own marks the text has, and in which all of it can be read; null for none. */
const dialectOf = (text: string): DialectName | null => {
  if (/\$\$[a-z]+\(/.test(text) || reads("appsflyer", text.replace(/[{}]/g, "_"), 1)) {
    return reads("appsflyer", text, 1) ? "appsflyer" : null;
  }
  if (reads("leanplum", text, 1)) return "leanplum";
  if (hasForeignToken(text)) return null;
  if (/\{%[a-z_]+%\}/i.test(text) || hasAdobeKey(text)) {
    return reads("adobe", text, 1) ? "adobe" : null;
  }
  // One name that is misspelled does not make text of all the others: where nothing in it is carom's, what is nearly a
  // macro of AppsFlyer's is meant as one, and is refused by its name.
  if (reads("carom", text, 0)) return !reads("carom", text, 1) && hasRoundMacro(text) ? "appsflyer" : "carom";
  return reads("appsflyer", text, 1) ? "appsflyer" : null;
};

/** A key of Adobe's has a dot, and so has many a name of other products: what we know by another name is none (`{click.id}`). */
const hasAdobeKey = (text: string): boolean =>
  Array.from(text.matchAll(dottedKey)).some(([written, name = ""]) => {
    const [piece] = dialectNamed("adobe").read(written, "url");
    const isAdobes = piece?.kind === "value" && piece.caution === undefined;
    return isAdobes || macroNamedElsewhere(withoutDots(name)) === null;
  });

const dottedKey = /(?<!\{)\{(?!(?:event_value|context|extra|param|secret)\.)([a-z]+\.[a-z][a-z0-9_.-]{0,127})\}/gi;

const withoutDots = (name: string): string => name.replaceAll(".", "_");

const hasRoundMacro = (text: string): boolean => roundMacrosIn(text).length > 0;

const reads = (dialect: DialectName, text: string, macrosMin: number): boolean => {
  const pieces = dialectNamed(dialect).read(text, "url");
  const count = pieces.filter(({ kind }) => kind === "value").length;
  return count >= macrosMin && pieces.every(({ kind }) => kind !== "unknown" && kind !== "mistaken");
};

/** Ways of writing a macro elsewhere (domain.md 5.1); the name is the group that matched. */
const token = new RegExp(
  [
    String.raw`\$\{\(?(?<dollar>[^{}]*?)\)?!?\}`,
    String.raw`#\{(?<hashBrace>[^{}]*)\}`,
    String.raw`%\{(?<percentBrace>[^{}]*)\}`,
    String.raw`\{[:!](?<marked>[A-Za-z_][A-Za-z0-9_]*)!?\}`,
    String.raw`\{\{(?<doubled>[^{}]*)\}\}`,
    String.raw`\{[a-z]{1,4}\?(?<query>[^{}]*)\}`,
    String.raw`\{(?<braces>[A-Za-z_~$%][A-Za-z0-9_.~$% -]*|)\}`,
    // Not `items[id]=`, which is the name of a parameter.
    String.raw`\[\[(?<squareTwice>(?!true\b|false\b|null\b)[A-Za-z][A-Za-z0-9_ ]*)\]\]`,
    String.raw`\[(?<square>(?!true\b|false\b|null\b)[A-Za-z][A-Za-z0-9_ ]*)\](?!(?:\[[A-Za-z0-9_]{0,64}\]){0,4}=)`,
    "(?<![A-Za-z0-9])__(?<underlined>[A-Z][A-Z0-9_]{0,127}?)__(?![A-Za-z0-9])",
    "#(?<hash>[A-Za-z][A-Za-z0-9_]*)#",
    "@@(?<ats>[A-Za-z][A-Za-z0-9_-]*)@@",
    "%%(?<percentTwice>[A-Za-z_][A-Za-z0-9_]*)%%",
    `(?<=[=/"])%(?<percent>[A-Za-z_][A-Za-z0-9_]*)%(?=[&/"]|$)`,
    String.raw`(?<=[=/"])\$(?<dollars>[A-Za-z_][A-Za-z0-9_]*)\$(?=[&/"]|$)`,
    '(?<=[=/"])!(?<exclaimed>[A-Za-z_][A-Za-z0-9_]*)!(?=[&/"]|$)',
    "<<?(?<angle>[A-Za-z][A-Za-z0-9_]*)>>?",
    String.raw`(?<fillIn>\bYOUR_[A-Z0-9_]+|\bREPLACE\b)`,
    String.raw`(?<==|\/\/)(?<bare>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?=&|$|[./:])`,
  ].join("|"),
  "g",
);

const hasTooMany = (text: string): boolean => {
  const found = text.matchAll(token);
  for (let count = 0; count <= placeholdersMax; count += 1) if (found.next().done === true) return false;
  return true;
};

/** In markup angle brackets are elements. */
const tokensIn = (text: string): readonly RegExpExecArray[] => {
  const isMarkup = /<[/?!]/.test(text);
  return Array.from(text.matchAll(token)).filter(({ groups = {} }) => !isMarkup || groups["angle"] === undefined);
};

/** Those that no dialect of ours reads. */
const hasForeignToken = (text: string): boolean =>
  tokensIn(text).some(({ groups = {} }) => {
    const { braces, doubled } = groups;
    return braces === undefined ? doubled === undefined : /^(?:[_~$]|%%)/.test(braces);
  });

const translateTokens = (
  text: string,
  { owner, parameter: ofPart }: PartOfRequest,
  changes: NotationChange[],
): string | (NotationProposal & { kind: "refused" }) => {
  const host = /^[a-z]+:\/\/[^/?#]*/i.exec(text)?.[0] ?? "";
  let translated = "";
  let kept = 0;
  for (const match of tokensIn(text)) {
    const [from] = match;
    const refusal = refusalOf(text, match);
    if (refusal !== null) return refusal;
    const isInHost = match.index < host.length;
    if (isCaroms(from, isInHost)) continue;
    const parameter = parameterBefore(text, match.index) || ofPart;
    const change = changeOf(match, { isInHost, parameter, owner });
    changes.push({ from, ...change });
    translated += text.slice(kept, match.index) + change.to;
    kept = match.index + from.length;
  }
  return translated + text.slice(kept);
};

/** Written in carom's way already. */
const isCaroms = (token: string, isInHost: boolean): boolean => {
  const [piece, ...others] = dialectNamed("carom").read(token, "url");
  if (others.length > 0) return false;
  return piece?.kind === "parameter" || (!isInHost && (piece?.kind === "value" || piece?.kind === "secret"));
};

const nameOf = ({ groups = {} }: RegExpExecArray): string =>
  Object.values(groups).find((name) => name !== undefined) ?? "";

const refusalOf = (text: string, match: RegExpExecArray): (NotationProposal & { kind: "refused" }) | null => {
  const [from] = match;
  if (nameOf(match).trim() === "") return nameLost(from, match.index);
  const before = text.charAt(match.index - 1);
  const after = text.charAt(match.index + from.length);
  if ((before === "?" || before === "&") && (after === "" || after === "&")) {
    const message = `${from} at character ${match.index + 1} stands for a whole query: write its parameters`;
    return { kind: "refused", reason: "query_lost", message };
  }
  return null;
};

const nameLost = (from: string, at: number): NotationProposal & { kind: "refused" } => ({
  kind: "refused",
  reason: "name_lost",
  message: `${from} at character ${at + 1} has no name: write which value belongs there`,
});

/** Name of the query parameter whose value begins at `at`. */
const parameterBefore = (text: string, at: number): string =>
  /(?:^|[?&])([A-Za-z0-9_-]+)=$/.exec(text.slice(Math.max(0, at - 100), at))?.[1] ?? "";

type Place = { readonly isInHost: boolean; readonly parameter: string; readonly owner: string };

const changeOf = (match: RegExpExecArray, { isInHost, parameter, owner }: Place): Omit<NotationChange, "from"> => {
  const { groups = {} } = match;
  // `${(user_data.idfa)!}`, `~campaign`, `{_text}`: the name is what is left of these.
  const isRaw = groups["braces"]?.startsWith("_") === true;
  const name = nameOf(match)
    .replace(/^.*\.(?=.)|^[_~$%]+|%+$/g, "")
    .replace(/^[_~$%]+|^YOUR_MACRO_FOR_|^your_/, "");
  const whole = nameOf(match);
  const found = [whole, withoutDots(whole), name].map(macroNamedElsewhere).find((macro) => macro !== null) ?? null;
  if (found !== null && !isInHost) {
    return { to: `{${found.macro}${isRaw ? "|raw" : ""}}`, why: found.isSure ? "known" : "likely" };
  }
  const filled = parameterName(name, parameter);
  if (isInHost) return { to: `{param.${filled.slice(0, referenceLengthMax)}}`, why: "parameter" };
  const isFilled = isFillIn(match, name);
  if (isFilled ? isLikelyCredential(filled) : isSurelyCredential(filled)) {
    return { to: `{secret.${secretNameOf(owner, filled)}}`, why: "secret" };
  }
  if (isFilled && isOfEvent.test(filled)) {
    const macro = macroNamedElsewhere(filled)?.macro ?? `event_value.${filled}`;
    return { to: `{${macro}}`, why: "guessed" };
  }
  if (isFilled) return { to: `{param.${filled.slice(0, referenceLengthMax)}}`, why: "parameter" };
  return { to: `{event_value.${name}${isRaw ? "|raw" : ""}}`, why: "guessed" };
};

/** Whose it is stands before what it is, as long as there is room for both. */
const secretNameOf = (owner: string, name: string): string =>
  owner.length + name.length <= referenceLengthMax ? owner + name : name.slice(-referenceLengthMax);

/** Each event has its own, though it is written as an account's constant is. */
const isOfEvent = /_hash$|(?:^|_)(?:click|device|event|install|push|session|transaction|user)_token$|_key$/;

/** Constants of an account: each integration fills them in. */
const isFillIn = ({ groups = {}, 0: from }: RegExpExecArray, name: string): boolean =>
  groups["fillIn"] !== undefined ||
  groups["angle"] !== undefined ||
  /settings\.|\bAPI_/.test(from) ||
  /^(?:ID|REQUIRED)$/.test(name) ||
  (groups["braces"] === undefined && /^[A-Z]+_ID$/.test(name));

const parameterName = (name: string, parameter: string): string => {
  if (name === "REPLACE" || name === "REQUIRED" || name === "ID") return parameter || "account_id";
  return name
    .replace(/^YOUR_/, "")
    .toLowerCase()
    .replace(/[^a-z0-9_.-]/g, "_");
};
