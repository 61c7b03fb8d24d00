import { type RuleCondition, type RuleOperator, ruleOperators } from "#src/core/catalog/postback-rule.ts";
import { isNumericText, isOrderOperator } from "#src/core/decide/rule-operator.ts";
import { nearestName } from "#src/core/nearest-name.ts";
import type { Problem } from "#src/core/problem.ts";
import { type ImportFinding, importFinding } from "./import-finding.ts";
import { type JsonObject, jsonObject } from "./json-object.ts";

type Path = Problem["path"];

/**
 * `triggers` or `audiences` of an Adobe message. A condition that cannot be taken spoils its message: a rule without
 * it would fire more often than the message did.
 */
export type ConditionsReading =
  | { readonly kind: "read"; readonly conditions: readonly RuleCondition[]; readonly losses: readonly ImportFinding[] }
  | { readonly kind: "unusable"; readonly finding: ImportFinding };

export const readAdobeConditions = (list: unknown, path: Path): ConditionsReading => {
  if (list === undefined || list === null) return { kind: "read", conditions: [], losses: [] };
  if (!Array.isArray(list)) return unusable(path, "must be a list of conditions");
  const conditions: RuleCondition[] = [];
  const losses: ImportFinding[] = [];
  for (const [index, given] of list.entries()) {
    const reading = readCondition(given, [...path, index]);
    if (reading.kind === "unusable") return reading;
    conditions.push(...reading.conditions);
    losses.push(...reading.losses);
  }
  return { kind: "read", conditions, losses };
};

const unusable = (path: Path, message: string): ConditionsReading & { kind: "unusable" } => ({
  kind: "unusable",
  finding: importFinding(path, "import.message_unusable", message),
});

const readCondition = (given: unknown, path: Path): ConditionsReading => {
  const condition = jsonObject(given);
  if (condition === null) return unusable(path, "must be an object { key, matches, values }");
  const { key, matches } = condition;
  if (typeof key !== "string" || key === "") return unusable([...path, "key"], "must be the name of a variable");
  const operator = operatorOf(matches);
  if (operator === null) return unusable([...path, "matches"], unknownOperator(matches));
  const values = readValues(condition["values"], operator, [...path, "values"]);
  if (values.kind === "unusable") return values;
  return {
    kind: "read",
    conditions: [{ key, matches: operator, values: values.values }],
    losses: [...strangersIn(condition, path), ...values.losses],
  };
};

const operatorOf = (matches: unknown): RuleOperator | null => ruleOperators.find((each) => each === matches) ?? null;

const unknownOperator = (matches: unknown): string => {
  const given = typeof matches === "string" ? `"${matches.slice(0, shownLengthMax)}"` : "this";
  const nearest = typeof matches === "string" ? nearestName(matches, ruleOperators) : null;
  return `${given} is no operator${nearest === null ? "" : `; did you mean ${nearest}?`} There are ${ruleOperators.join(", ")}`;
};
const shownLengthMax = 40;

const strangersIn = (condition: JsonObject, path: Path): readonly ImportFinding[] =>
  Object.keys(condition)
    .filter((name) => !knownMembers.has(name))
    .map((name) => importFinding([...path, name], "import.not_carried", "is no field of a condition that is known"));
const knownMembers: ReadonlySet<string> = new Set(["key", "matches", "values"]);

type ValuesReading =
  | { readonly kind: "read"; readonly values: readonly string[]; readonly losses: readonly ImportFinding[] }
  | (ConditionsReading & { readonly kind: "unusable" });

const readValues = (given: unknown, operator: RuleOperator, path: Path): ValuesReading => {
  const isEmpty = given === undefined || given === null || (Array.isArray(given) && given.length === 0);
  if (operator === "ex" || operator === "nx") {
    if (isEmpty) return { kind: "read", values: [], losses: [] };
    const message = `${operator} asks only whether the variable is there: its values say nothing`;
    return { kind: "read", values: [], losses: [importFinding(path, "import.not_carried", message)] };
  }
  if (isEmpty) return unusable(path, `${operator} compares with values, and there is none: it never holds`);
  if (!Array.isArray(given)) return unusable(path, "must be a list of texts or numbers");
  const values: string[] = [];
  const losses: ImportFinding[] = [];
  for (const [index, value] of given.entries()) {
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean")
      return unusable([...path, index], "must be a text, a number or true/false");
    if (!isOrderOperator(operator) || isNumericText(String(value))) values.push(String(value));
    else {
      const message = `${operator} compares numbers, and this is none: it never holds, and is left out`;
      losses.push(importFinding([...path, index], "import.not_carried", message));
    }
  }
  if (values.length === 0) return unusable(path, `${operator} compares numbers, and none is here: it never holds`);
  return { kind: "read", values, losses };
};
