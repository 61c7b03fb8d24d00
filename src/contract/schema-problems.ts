import type { z } from "zod";
import { userIdFields } from "#src/core/events/search-keys.ts";
import { nearestName } from "#src/core/nearest-name.ts";
import { type Problem, pathText } from "#src/core/problem.ts";
import { knownFieldsIn } from "./closed-object.ts";

/** The codes of one kind of document for what a schema finds. */
export type SchemaCodes = {
  readonly unknownField: string;
  readonly missing: string;
  readonly type: string;
  readonly value: string;
};

/** Of configuration, whether a whole document of it or one part. */
export const catalogCodes: SchemaCodes = {
  unknownField: "catalog.unknown_field",
  missing: "catalog.missing",
  type: "catalog.type",
  value: "catalog.value",
};

/**
 * What a schema found, as problems with paths, codes and words. Parse with `reportInput: true`:
 * without the input a missing member cannot be told from a wrong one.
 */
export const schemaProblems = (issues: readonly z.core.$ZodIssue[], codes: SchemaCodes): readonly Problem[] =>
  issues.flatMap((issue) => problemsOf(issue, codes));

const problemsOf = (issue: z.core.$ZodIssue, codes: SchemaCodes): readonly Problem[] => {
  const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
  const place = pathText(path);
  const named = (message: string) => (place === "" ? message : `${place}: ${message}`);
  const problem = (code: string, message: string): readonly Problem[] => [{ path, code, message: named(message) }];
  switch (issue.code) {
    case "unrecognized_keys": {
      const known = knownFieldsIn(issue.message);
      return issue.keys.map((key) => ({
        path: [...path, key],
        code: codes.unknownField,
        message: named(unknownField(key, known)),
      }));
    }
    case "invalid_type":
      return issue.input === undefined
        ? problem(codes.missing, "is missing and required")
        : problem(codes.type, typeMessage(issue));
    case "invalid_value":
      return issue.input === undefined
        ? problem(codes.missing, `is missing and required: ${valuesText(issue.values)}`)
        : problem(codes.value, `must be ${valuesText(issue.values)}${didYouMean(issue.input, issue.values)}`);
    case "invalid_union": {
      if (issue.input === undefined) return problem(codes.missing, "is missing and required");
      if (issue.errors.length === 0) return problem(codes.value, `${lowerFirst(issue.message)}${nearOption(issue)}`);
      const meant = meantOption(issue.errors);
      return meant === null
        ? problem(codes.value, lowerFirst(issue.message))
        : meant.flatMap((inner) => problemsOf({ ...inner, path: [...issue.path, ...inner.path] }, codes));
    }
    case "invalid_key":
      return problem(codes.value, lowerFirst(issue.issues[0]?.message ?? issue.message));
    case "too_big":
      return problem(codes.value, `must ${sizeText(issue.origin, "at most", issue.maximum)}`);
    case "too_small":
      return problem(codes.value, smallMessage(issue));
    case "invalid_format":
    case "not_multiple_of":
    case "invalid_element":
    case "custom":
      return problem(codes.value, lowerFirst(issue.message));
  }
};

/** Of forms that one member tells apart (`kind`): the value that was most likely meant. */
const nearOption = ({ input, path, ...issue }: z.core.$ZodIssueInvalidUnion): string => {
  const member = String(path.at(-1) ?? "");
  const options = "options" in issue && Array.isArray(issue.options) ? issue.options : [];
  const written: unknown = typeof input === "object" && input !== null ? Object(input)[member] : input;
  if (typeof written !== "string") return "";
  const nearest = nearestName(written, options.map(String));
  return nearest === null ? `, is ${quoted(written)}` : `, is ${quoted(written)}; did you mean ${quoted(nearest)}?`;
};

/**
 * The one of several forms that was meant: of the right kind as a whole and wrong only inside, best
 * without members that belong to another form. Null where that is none, or more than one.
 */
const meantOption = (options: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] | null => {
  const wholes = options.filter(
    (issues) => !issues.some(({ path, code }) => path.length === 0 && wrongWhole.has(code)),
  );
  const closed = wholes.filter((issues) => !issues.some(({ code }) => code === "unrecognized_keys"));
  const [only, ...others] = closed.length > 0 ? closed : wholes;
  return only !== undefined && others.length === 0 ? only : null;
};
const wrongWhole: ReadonlySet<string> = new Set(["invalid_type", "invalid_value", "invalid_format", "custom"]);

const shownLengthMax = 60;

const unknownField = (key: string, known: readonly string[]): string => {
  const shown = `unknown field ${quoted(key)}`;
  // `partner` for `partner_id` is too far for a slip of the finger, and still what was meant.
  if (known.includes("user_id") && isUserId(key)) return `${shown}; use \`user_id\`, which finds by any of these ids`;
  const nearest = nearestName(key, known) ?? known.find((name) => name.startsWith(`${key}_`)) ?? oneOfStem(key, known);
  if (nearest !== null) return `${shown}; did you mean ${quoted(nearest)}?`;
  return known.length === 0 ? `${shown}; no fields are known here` : `${shown}; known are ${known.join(", ")}`;
};

/** `data_share` for `data_sharing`: the one name that begins as all but the end of the word does. */
const oneOfStem = (key: string, known: readonly string[]): string | null => {
  const stem = key.slice(0, Math.max(stemLengthMin, key.length - 2));
  const [only, ...others] = key.length < stemLengthMin ? [] : known.filter((name) => name.startsWith(stem));
  return only !== undefined && others.length === 0 ? only : null;
};
const stemLengthMin = 5;

const typeMessage = (issue: z.core.$ZodIssueInvalidType): string => {
  const expected = issue.expected === "int" ? "a whole number" : (kindNames.get(issue.expected) ?? issue.expected);
  // What is not a number was told to be one by whoever read it: as text it is gone.
  if (typeof issue.input === "number" && Number.isNaN(issue.input)) return `must be ${expected}`;
  const given = issue.expected === "int" ? shownValue(issue.input) : kindOf(issue.input);
  const hint = issue.expected === "string" && typeof issue.input === "number" ? "; write it in quotes" : "";
  return `must be ${expected}, is ${given}${hint}`;
};

/** Lists are searched by one name for all ids of a device or user. */
const isUserId = (key: string): boolean => userIdFields.some((field) => field === key);

const smallMessage = ({ origin, minimum, inclusive }: z.core.$ZodIssueTooSmall): string => {
  if (origin === "string" && minimum === 1) return "must not be empty";
  return `must ${sizeText(origin, inclusive === false ? "more than" : "at least", minimum)}`;
};

/** `have at most 200 characters`, `be at least 1`. */
const sizeText = (origin: string, limit: string, size: number | bigint): string => {
  switch (origin) {
    case "string":
      return `have ${limit} ${size} characters`;
    case "array":
    case "set":
    case "map":
      return `have ${limit} ${size} entries`;
    default:
      return `be ${limit} ${size}`;
  }
};

const kindNames: ReadonlyMap<string, string> = new Map([
  ["string", "text"],
  ["number", "a number"],
  ["boolean", "true or false"],
  ["array", "a list"],
  ["object", "an object"],
  ["record", "an object"],
  ["null", "null"],
]);

const kindOf = (input: unknown): string => {
  if (input === null) return "null";
  if (Array.isArray(input)) return "a list";
  return kindNames.get(typeof input) ?? typeof input;
};

/** A plain value as it stands there, anything else by its kind. */
const shownValue = (input: unknown): string =>
  typeof input === "number" || typeof input === "boolean" ? quoted(String(input)) : kindOf(input);

const valuesText = (values: readonly unknown[]): string => {
  const shown = values.map((value) => quoted(String(value)));
  return shown.length === 1 ? (shown[0] ?? "") : `one of ${shown.join(", ")}`;
};

const didYouMean = (input: unknown, values: readonly unknown[]): string => {
  if (typeof input !== "string") return `, is ${shownValue(input)}`;
  const nearest = nearestName(input, values.map(String));
  return nearest === null ? `, is ${quoted(input)}` : `, is ${quoted(input)}; did you mean ${quoted(nearest)}?`;
};

const quoted = (text: string): string =>
  `\`${text.length > shownLengthMax ? `${text.slice(0, shownLengthMax)}…` : text}\``;

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
