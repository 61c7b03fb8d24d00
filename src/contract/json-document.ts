import { findJsonFault, placeInText } from "#src/core/json/json-fault.ts";
import { endOfString, endOfValue, isDeeperThan, skipBlank, stringContent } from "#src/core/json/json-text.ts";
import { parseJson } from "#src/core/json/parse-json.ts";
import { type Problem, pathText, problemsMax } from "#src/core/problem.ts";
import {
  type DocumentReading,
  documentDepthMax,
  doubled,
  type PlacedProblem,
  refusedDocument,
} from "./document-text.ts";

type Path = Problem["path"];

const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const comma = 0x2c;

/** A JSON text, strictly: no member twice. */
export const readJsonDocument = (text: string): DocumentReading => {
  const parsed = parseJson(text);
  if (parsed.kind === "not_json") {
    const fault = findJsonFault(text) ?? 0;
    return refusedDocument(
      "catalog.malformed",
      `this is not JSON: see ${placeInText(text, fault)}`,
      lineAt(text, fault),
    );
  }
  const { value } = parsed;
  if (isDeeperThan(value, documentDepthMax))
    return refusedDocument("catalog.too_deep", `the document is nested more than ${documentDepthMax} deep`);
  const [first, ...more] = mistakesOf(text);
  if (first !== undefined) return { kind: "refused", problems: [first, ...more] };
  return {
    kind: "value",
    value,
    lineOf: (path) => lineAt(text, placeOf(text, path)),
    typedAt: () => null,
  };
};

const lineAt = (text: string, offset: number): number => {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
};

type Member = { readonly name: string; readonly nameStart: number; readonly valueStart: number };

/** Calls `visit` for each member of the object that begins at `start`; it answers where the value ends. */
const walkMembers = (text: string, start: number, visit: (member: Member) => number): number => {
  let at = skipBlank(text, start + 1);
  while (at < text.length && text.charCodeAt(at) !== closeBrace) {
    const nameEnd = endOfString(text, at);
    const valueStart = skipBlank(text, skipBlank(text, nameEnd) + 1);
    at = skipBlank(text, visit({ name: stringContent(text, at, nameEnd), nameStart: at, valueStart }));
    if (text.charCodeAt(at) === comma) at = skipBlank(text, at + 1);
  }
  return at + 1;
};

const walkElements = (text: string, start: number, visit: (index: number, valueStart: number) => number): number => {
  let at = skipBlank(text, start + 1);
  for (let index = 0; at < text.length && text.charCodeAt(at) !== closeBracket; index += 1) {
    at = skipBlank(text, visit(index, at));
    if (text.charCodeAt(at) === comma) at = skipBlank(text, at + 1);
  }
  return at + 1;
};

/**
 * `JSON.parse` takes the last of doubled members, and the nearest number that it can hold, and says
 * nothing; in a configuration both are mistakes.
 */
const mistakesOf = (text: string): readonly PlacedProblem[] => {
  const problems: PlacedProblem[] = [];
  const walk = (at: number, path: Path): number => {
    const start = skipBlank(text, at);
    // Deeper is only what a doubled member hid from the value that was looked at: the doubling is told.
    if (path.length > documentDepthMax) return endOfValue(text, start);
    switch (text.charCodeAt(start)) {
      case openBrace: {
        const seen = new Set<string>();
        return walkMembers(text, start, ({ name, nameStart, valueStart }) => {
          const below = [...path, name];
          if (seen.has(name) && problems.length < problemsMax) problems.push(doubled(below, lineAt(text, nameStart)));
          seen.add(name);
          return walk(valueStart, below);
        });
      }
      case openBracket:
        return walkElements(text, start, (index, valueStart) => walk(valueStart, [...path, index]));
      default: {
        const end = endOfValue(text, start);
        if (isUnsafe(text.slice(start, end)) && problems.length < problemsMax)
          problems.push(unsafe(path, lineAt(text, start)));
        return end;
      }
    }
  };
  walk(0, []);
  return problems;
};

const isUnsafe = (scalar: string): boolean => /^-?\d{16,}$/.test(scalar) && !Number.isSafeInteger(Number(scalar));

const unsafe = (path: Path, line: number): PlacedProblem => ({
  path,
  code: "catalog.value",
  message: `${pathText(path)}: the number has more digits than can be kept; write it in quotes`,
  line,
});

/** Where the named value stands, or the nearest that is there around it. */
const placeOf = (text: string, path: Path): number => {
  let at = skipBlank(text, 0);
  let place = at;
  for (const step of path) {
    let found: { readonly place: number; readonly value: number } | null = null;
    const first = text.charCodeAt(at);
    if (first === openBrace) {
      walkMembers(text, at, ({ name, nameStart, valueStart }) => {
        if (name === step) found = { place: nameStart, value: valueStart };
        return endOfValue(text, valueStart);
      });
    } else if (first === openBracket) {
      walkElements(text, at, (index, valueStart) => {
        if (index === step) found = { place: valueStart, value: valueStart };
        return endOfValue(text, valueStart);
      });
    }
    if (found === null) return place;
    ({ place, value: at } = found);
  }
  return place;
};
