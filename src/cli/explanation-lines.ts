import type { ExplanationsWire, ExplanationWire } from "#src/contract/explanation-wire.ts";
import type { PostbackWire } from "#src/contract/postback-wire.ts";
import { postbackStateText, postbackWords } from "./postback-words.ts";
import type { Terminal } from "./terminal.ts";
import { textTable } from "./text-table.ts";

type Step = ExplanationWire["steps"][number];

type Explained = {
  readonly answer: ExplanationsWire;
  /** Of a stored event, explained as it was decided then. */
  readonly postbacks: readonly PostbackWire[];
  readonly terminal: Terminal;
  readonly all: boolean;
};

/** Every target with the steps that stood in the way, or all of them. Matches come first, what is not mapped last. */
export const explanationLines = (explained: Explained): readonly string[] => {
  const { answer } = explained;
  const targets = (answer.explanations ?? []).toSorted((one, other) => rankOf(one) - rankOf(other));
  return [
    ...headLines(explained),
    ...targets.flatMap((explanation) => ["", ...targetLines(explanation, explained)]),
    ...strayLines(explained),
    ...differenceLines(answer, explained.terminal),
  ];
};

const rankOf = ({ decision }: ExplanationWire): number => {
  if (decision.outcome === "match") return 0;
  return decision.reason === "not_mapped" ? 2 : 1;
};

const headLines = ({ answer, terminal, postbacks }: Explained): readonly string[] => {
  const subject = answer.event_id === null ? "This event" : `Event ${answer.event_id}`;
  const when = answer.at === "then" ? "as it was decided then" : "by today's catalog";
  const head = `${subject} of ${terminal.paint("name", answer.app_id)}, ${when}:`;
  if (answer.explanations === null)
    return [
      head,
      ...recordedLines(answer),
      ...postbacks.map((postback) => `  ${postbackLine(postback, { answer, terminal })}`),
      goneLine(answer),
    ];
  const none =
    answer.at === "then"
      ? "The app had no integration and no rule: nobody was told."
      : "The app has no integration and no rule: nobody is told.";
  return answer.explanations.length === 0 ? [head, `  ${none}`] : [head];
};

const goneLine = ({ erased, at }: ExplanationsWire): string => {
  if (erased)
    return "  Its person's data was erased, and with it what was decided by; `carom audit --kind erasure` tells when.";
  return at === "then"
    ? "  The catalog of then is gone, so its steps cannot be shown."
    : "  The app is not in today's catalog.";
};

const recordedLines = (answer: ExplanationsWire): readonly string[] =>
  (answer.recorded ?? []).map((decision) => `  ${decision.target}: ${decision.reason ?? "match"}`);

const targetLines = ({ decision, steps }: ExplanationWire, explained: Explained): readonly string[] => {
  const { terminal, all } = explained;
  const own = postbacksOf(decision.target, explained);
  const isMatch = decision.outcome === "match";
  const shown = steps.filter((step) => all || !step.passed);
  const others = shown.filter((step) => !step.passed && step.reason !== decision.reason).length;
  return [
    `${verdictText({ decision, steps }, explained, own)}  ${terminal.paint("faint", decision.target)}`,
    ...own.map((postback) => `    ${postbackLine(postback, explained)}`),
    ...textTable(shown.flatMap((step) => stepRows(step, terminal))).map((line) => `    ${line}`),
    ...(others > 0 && !isMatch
      ? [`    ${terminal.paint("faint", "The first reason decides; the others would stand in the way next.")}`]
      : []),
  ];
};

/** Those of a mapping that was not there when it was decided stand under their integration, which was. */
const postbacksOf = (target: string, { answer, postbacks }: Explained): readonly PostbackWire[] =>
  postbacks.filter((postback) => {
    if (postback.target === target) return true;
    return postback.target.startsWith(`${target}/`) && !targetsOf(answer).has(postback.target);
  });

const targetsOf = ({ explanations }: ExplanationsWire): ReadonlySet<string> =>
  new Set((explanations ?? []).map(({ decision }) => decision.target));

/** Postbacks of integrations and rules that were not there when the event was decided. */
const strayLines = (explained: Explained): readonly string[] => {
  const { answer, postbacks, terminal } = explained;
  if (answer.explanations === null) return [];
  const placed = new Set([...targetsOf(answer)].flatMap((target) => postbacksOf(target, explained)));
  return postbacks
    .filter((postback) => !placed.has(postback))
    .flatMap((postback) => [
      "",
      `${terminal.paint("warn", `– not decided then; ${laterText([postback], answer)}`)}  ${terminal.paint("faint", postback.target)}`,
      `    ${postbackLine(postback, explained)}`,
    ]);
};

/** What was made of a target after it was decided; empty where nothing was. */
const laterText = (postbacks: readonly PostbackWire[], { postbacks: told }: ExplanationsWire): string => {
  const later = (told ?? []).filter(
    ({ id, made_by }) => made_by !== "decision" && postbacks.some((postback) => postback.id === id),
  );
  const made = later.find(({ state }) => state === "delivered") ?? later.at(-1);
  if (made === undefined) return "";
  return `${made.state === "delivered" ? "sent" : "made"} later by a ${made.made_by}`;
};

/** Only of a stored event is it known whether something was sent: its postbacks say so. A match whose request cannot be written is dead. */
const verdictText = (
  { decision, steps }: ExplanationWire,
  { answer, terminal }: Explained,
  own: readonly PostbackWire[],
): string => {
  const { at } = answer;
  if (decision.outcome === "skip") {
    const later = laterText(own, answer);
    if (later !== "") return `${terminal.paint("warn", "– not sent then:")} ${decision.reason ?? ""}; ${later}`;
    return `${terminal.paint("warn", at === "then" ? "– not sent:" : "– would not be sent:")} ${decision.reason ?? ""}`;
  }
  if (steps.some((step) => !step.passed)) return terminal.paint("bad", "✗ dead, the request cannot be written");
  return terminal.paint("good", at === "then" ? "✓ match" : "✓ match: would be sent");
};

const postbackLine = (postback: PostbackWire, { answer, terminal }: Pick<Explained, "answer" | "terminal">): string => {
  const later = answer.postbacks?.find(({ id, made_by }) => id === postback.id && made_by !== "decision");
  const mark = later === undefined ? "" : ` made later by a ${later.made_by}`;
  return `${postbackStateText(postback, terminal)} ${postbackWords(postback)}${mark} ${terminal.paint("faint", postback.id)}`;
};

/** A step is named by what it looks for to skip: of one that passed, the name would say the opposite of what is so. */
const stepRows = (step: Step, terminal: Terminal): readonly (readonly string[])[] => {
  if (step.passed) return [[terminal.paint("good", "✓"), "", "", passedText(step, terminal)]];
  return [
    [terminal.paint("bad", "✗"), step.reason, terminal.paint("faint", "expected"), step.expected],
    ["", "", terminal.paint("faint", "actual"), step.actual],
    ...(step.set_by === null
      ? []
      : [
          [
            "",
            "",
            terminal.paint("faint", "set by"),
            `${step.set_by}${step.set_at === null ? "" : `, ${step.set_at}`}`,
          ],
        ]),
    ...(step.fix === null ? [] : [["", "", terminal.paint("faint", "fix"), step.fix]]),
  ];
};

const passedText = ({ actual, expected }: Step, terminal: Terminal): string =>
  actual === expected ? actual : `${actual} ${terminal.paint("faint", `(expected: ${expected})`)}`;

const differenceLines = (answer: ExplanationsWire, terminal: Terminal): readonly string[] =>
  (answer.differs ?? []).map(
    (target) =>
      `${terminal.paint("warn", "note")}  ${target}: this version of Carom would decide otherwise on the same input.`,
  );
