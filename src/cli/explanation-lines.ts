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
      ...postbacks.map((postback) => `  ${postbackLine(postback, terminal)}`),
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
  const { terminal, all, postbacks, answer } = explained;
  const isMatch = decision.outcome === "match";
  const shown = steps.filter((step) => all || !step.passed);
  const others = shown.filter((step) => !step.passed && step.reason !== decision.reason).length;
  return [
    `${verdictText({ decision, steps }, answer, terminal)}  ${terminal.paint("faint", decision.target)}`,
    ...postbacks
      .filter((postback) => postback.target === decision.target)
      .map((postback) => `    ${postbackLine(postback, terminal)}`),
    ...textTable(shown.flatMap((step) => stepRows(step, terminal))).map((line) => `    ${line}`),
    ...(others > 0 && !isMatch
      ? [`    ${terminal.paint("faint", "The first reason decides; the others would stand in the way next.")}`]
      : []),
  ];
};

/** Only of a stored event is it known whether something was sent: its postbacks say so. A match whose request cannot be written is dead. */
const verdictText = ({ decision, steps }: ExplanationWire, { at }: ExplanationsWire, terminal: Terminal): string => {
  if (decision.outcome === "skip")
    return `${terminal.paint("warn", at === "then" ? "– not sent:" : "– would not be sent:")} ${decision.reason ?? ""}`;
  if (steps.some((step) => !step.passed)) return terminal.paint("bad", "✗ dead, the request cannot be written");
  return terminal.paint("good", at === "then" ? "✓ match" : "✓ match: would be sent");
};

const postbackLine = (postback: PostbackWire, terminal: Terminal): string =>
  `${postbackStateText(postback, terminal)} ${postbackWords(postback)} ${terminal.paint("faint", postback.id)}`;

const stepRows = (step: Step, terminal: Terminal): readonly (readonly string[])[] => {
  if (step.passed) return [[terminal.paint("good", "✓"), terminal.paint("faint", step.reason), "", step.actual]];
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
  ];
};

const differenceLines = (answer: ExplanationsWire, terminal: Terminal): readonly string[] =>
  (answer.differs ?? []).map(
    (target) =>
      `${terminal.paint("warn", "note")}  ${target}: this version of Carom would decide otherwise on the same input.`,
  );
