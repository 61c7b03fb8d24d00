import type { RuleOperator } from "#src/core/catalog/postback-rule.ts";

/**
 * Whether a property satisfies an operator; null is a property that is missing, which satisfies `nx`
 * and nothing else. Any of the values suffices; for `ne` and `nc` none may hold. Text is compared
 * without regard to case, numbers as numbers: `5` equals `5.0` (AD-SDK).
 */
export function operatorTest(operator: RuleOperator, values: readonly string[]): (value: string | null) => boolean {
  const wanted = values.map((value) => value.toLowerCase());
  const anyOf =
    (holds: (value: string, wanted: string) => boolean) =>
    (value: string | null): boolean =>
      value !== null && wanted.some((each) => holds(value.toLowerCase(), each));
  const noneOf =
    (holds: (value: string, wanted: string) => boolean) =>
    (value: string | null): boolean =>
      value !== null && !wanted.some((each) => holds(value.toLowerCase(), each));
  switch (operator) {
    case "ex":
      return (value) => value !== null;
    case "nx":
      return (value) => value === null;
    case "eq":
      return anyOf(isSame);
    case "ne":
      return noneOf(isSame);
    case "co":
      return anyOf((value, each) => value.includes(each));
    case "nc":
      return noneOf((value, each) => value.includes(each));
    case "sw":
      return anyOf((value, each) => value.startsWith(each));
    case "ew":
      return anyOf((value, each) => value.endsWith(each));
    case "lt":
      return anyOf((value, each) => numberIn(value) < numberIn(each));
    case "le":
      return anyOf((value, each) => numberIn(value) <= numberIn(each));
    case "gt":
      return anyOf((value, each) => numberIn(value) > numberIn(each));
    case "ge":
      return anyOf((value, each) => numberIn(value) >= numberIn(each));
  }
}

/** Whether the operator orders numbers: its values are numbers. */
export const isOrderOperator = (operator: RuleOperator): boolean => orderOperators.has(operator);
const orderOperators: ReadonlySet<RuleOperator> = new Set(["lt", "le", "gt", "ge"]);

export const isNumericText = (text: string): boolean => numericText.test(text.trim());
const numericText = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** NaN for what is no number: it is neither less nor more than anything. */
const numberIn = (text: string): number => (isNumericText(text) ? Number(text) : Number.NaN);

const isSame = (value: string, wanted: string): boolean =>
  value === wanted || (isExact(value) && isExact(wanted) && Number(value) === Number(wanted));

/** More digits than a double holds are an id, not a number: two of them would be equal by rounding. */
const exactDigitsMax = 15;
const isExact = (text: string): boolean => isNumericText(text) && text.replace(/\D/g, "").length <= exactDigitsMax;
