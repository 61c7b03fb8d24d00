import type { Decision } from "#src/core/postbacks/decision.ts";
import type { RecordedEvent } from "#src/ports/store.ts";
import type { Names } from "./names.ts";

/*
 * What is decided of an event, as the column `decisions` holds it. A decision is the number of a name. `4,5,6` are
 * three of them. `@9,2:7,8` is the list that name 9 holds, but at place 2 (counted from 0) stands 7, and behind the list 8: an
 * app with a hundred integrations says nearly the same of each event, and keeps it once.
 */

/** Of lists shorter than this little is saved, and each would be one name more. */
const keptOnceMin = 16;
/** Of a list that differs at more places than one in four, little is left. */
const changedShareMax = 0.25;

/** Decisions and lists of them are shared by all events that they are made for: each is looked up once. */
type KnownNumbers = {
  readonly decisions: WeakMap<Decision, number>;
  readonly lists: WeakMap<readonly Decision[], number>;
};
const knownNumbers = new WeakMap<Names, KnownNumbers>();

export const decisionsText = (
  { decisions, usual }: Pick<RecordedEvent, "decisions" | "usual">,
  names: Names,
): string => {
  const known = knownOf(names);
  if (usual === null || usual.length < keptOnceMin || usual.length > decisions.length)
    return plainText(decisions, known, names);
  return changesText(decisions, usual, { known, names }) ?? plainText(decisions, known, names);
};

/** Null where too little of the list is left: then no name is made for it either, as names are kept for ever. */
const changesText = (
  decisions: readonly Decision[],
  usual: readonly Decision[],
  { known, names }: { readonly known: KnownNumbers; readonly names: Names },
): string | null => {
  if (!isMostlyUsual(decisions, usual)) return null;
  let text = `@${listNumber(usual, known, names)}`;
  for (let place = 0; place < decisions.length; place += 1) {
    const decision = decisions[place];
    if (decision === undefined || decision === usual[place]) continue;
    const number = decisionNumber(decision, known, names);
    text += place >= usual.length ? `,${number}` : `,${place}:${number}`;
  }
  return text;
};

const isMostlyUsual = (decisions: readonly Decision[], usual: readonly Decision[]): boolean => {
  let left = usual.length * changedShareMax;
  for (let place = 0; place < usual.length && left >= 0; place += 1) if (decisions[place] !== usual[place]) left -= 1;
  return left >= 0;
};

const plainText = (decisions: readonly Decision[], known: KnownNumbers, names: Names): string => {
  let text = "";
  for (const decision of decisions) {
    const number = decisionNumber(decision, known, names);
    text = text === "" ? String(number) : `${text},${number}`;
  }
  return text;
};

const knownOf = (names: Names): KnownNumbers => {
  let known = knownNumbers.get(names);
  if (known === undefined) {
    known = { decisions: new WeakMap(), lists: new WeakMap() };
    knownNumbers.set(names, known);
  }
  return known;
};

const listNumber = (list: readonly Decision[], known: KnownNumbers, names: Names): number => {
  let number = known.lists.get(list);
  if (number === undefined) {
    number = names.numberOf(plainText(list, known, names));
    known.lists.set(list, number);
  }
  return number;
};

/** Its name is the outcome's code, a blank, the target's key. */
const decisionNumber = (decision: Decision, { decisions }: KnownNumbers, names: Names): number => {
  let number = decisions.get(decision);
  if (number === undefined) {
    const { outcome, targetKey } = decision;
    number = names.numberOf(`${outcome.kind === "match" ? "match" : outcome.reason} ${targetKey}`);
    decisions.set(decision, number);
  }
  return number;
};

export const codeOfDecision = (name: string): string => name.slice(0, name.indexOf(" "));
export const targetOfDecision = (name: string): string => name.slice(name.indexOf(" ") + 1);

/** Every decision of a column, in their order. */
export const numbersOfDecisions = (column: string, textOf: (name: number) => string): readonly number[] => {
  if (!column.startsWith("@")) return plainNumbers(column);
  const [list = "", ...changes] = column.slice(1).split(",");
  const numbers = [...plainNumbers(textOf(Number(list)))];
  for (const change of changes) {
    const colon = change.indexOf(":");
    if (colon < 0) numbers.push(Number(change));
    else numbers[Number(change.slice(0, colon))] = Number(change.slice(colon + 1));
  }
  return numbers;
};

const plainNumbers = (text: string): readonly number[] => (text === "" ? [] : text.split(",").map(Number));
