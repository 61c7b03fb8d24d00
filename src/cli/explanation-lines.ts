import type { ExplanationsWire, ExplanationWire } from "#src/contract/explanation-wire.ts";
import type { Terminal } from "./terminal.ts";
import { textTable } from "./text-table.ts";

type Step = ExplanationWire["steps"][number];

/** Every target with the steps that stood in the way, or all of them. */
export const explanationLines = (answer: ExplanationsWire, terminal: Terminal, all: boolean): readonly string[] => [
  ...headLines(answer, terminal),
  ...(answer.explanations ?? []).flatMap((explanation) => ["", ...targetLines(explanation, terminal, all)]),
  ...differenceLines(answer, terminal),
];

const headLines = (answer: ExplanationsWire, terminal: Terminal): readonly string[] => {
  const subject = answer.event_id === null ? "This event" : `Event ${answer.event_id}`;
  const when = answer.at === "then" ? "as it was decided then" : "by today's catalog";
  const head = `${subject} of ${terminal.paint("name", answer.app_id)}, ${when}:`;
  if (answer.explanations === null)
    return [head, ...recordedLines(answer), "  The catalog of then is gone, so its steps cannot be shown."];
  return answer.explanations.length === 0 ? [head, "  The app has no integration: nobody is told."] : [head];
};

const recordedLines = (answer: ExplanationsWire): readonly string[] =>
  (answer.recorded ?? []).map((decision) => `  ${decision.target}: ${decision.reason ?? "match"}`);

const targetLines = ({ decision, steps }: ExplanationWire, terminal: Terminal, all: boolean): readonly string[] => {
  const isMatch = decision.outcome === "match";
  const verdict = isMatch
    ? verdictOfMatch(steps, terminal)
    : `${terminal.paint("warn", "– not sent:")} ${decision.reason ?? ""}`;
  const shown = steps.filter((step) => all || !step.passed);
  const others = shown.filter((step) => !step.passed && step.reason !== decision.reason).length;
  return [
    `${verdict}  ${terminal.paint("faint", decision.target)}`,
    ...textTable(shown.flatMap((step) => stepRows(step, terminal))).map((line) => `    ${line}`),
    ...(others > 0 && !isMatch
      ? [`    ${terminal.paint("faint", "The first reason decides; the others would stand in the way next.")}`]
      : []),
  ];
};

/** A match without a step against it is sent; one whose request cannot be written is dead. */
const verdictOfMatch = (steps: readonly Step[], terminal: Terminal): string =>
  steps.every((step) => step.passed)
    ? terminal.paint("good", "✓ sent")
    : terminal.paint("bad", "✗ dead, the request cannot be written");

const stepRows = (step: Step, terminal: Terminal): readonly (readonly string[])[] => {
  const actual = [terminal.paint("faint", "actual"), step.actual];
  if (step.passed) return [[terminal.paint("good", "✓"), step.reason, ...actual]];
  return [
    [terminal.paint("bad", "✗"), step.reason, terminal.paint("faint", "expected"), step.expected],
    ["", "", ...actual],
    ...(step.set_by === null ? [] : [["", "", terminal.paint("faint", "set by"), step.set_by]]),
  ];
};

const differenceLines = (answer: ExplanationsWire, terminal: Terminal): readonly string[] =>
  (answer.differs ?? []).map(
    (target) =>
      `${terminal.paint("warn", "note")}  ${target}: this version of Carom would decide otherwise on the same input.`,
  );
