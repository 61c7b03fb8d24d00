import type { Terminal } from "#src/cli/terminal.ts";
import { wrapped } from "#src/cli/text-table.ts";
import type { DemoOutcome } from "./demo-event.ts";
import type { HeardPostback } from "./demo-receiver.ts";

const widthMax = 110;

/** One event on the screen: what happened, and what each partner heard of it or why it heard nothing. */
export const demoLines = (
  shown: {
    readonly label: string;
    readonly title: string;
    /** The event in short, behind its title. */
    readonly event: string;
    readonly outcomes: readonly DemoOutcome[];
    readonly sentAt: number;
  },
  terminal: Terminal,
): readonly string[] => [
  `${terminal.paint("faint", shown.label.padStart(3))}  ${terminal.paint("strong", shown.title)}  ${terminal.paint("faint", shown.event)}`.trimEnd(),
  ...(shown.outcomes.length === 0 ? ["     No integration and no rule of this app: nobody is told."] : []),
  ...shown.outcomes.flatMap((outcome) => outcomeLines(outcome, shown.sentAt, terminal)),
  "",
];

const outcomeLines = (outcome: DemoOutcome, sentAt: number, terminal: Terminal): readonly string[] => {
  switch (outcome.kind) {
    case "heard": {
      const delay = Math.max(0, outcome.postback.heardAt - sentAt);
      return [
        `     ${terminal.paint("good", `✓ heard by ${listenerOf(outcome.target)}`)} ${terminal.paint("faint", `${delay} ms after the event was sent`)}`,
        ...requestLines(outcome.postback, terminal),
      ];
    }
    case "not_heard":
      return [
        `     ${terminal.paint("bad", "✗ not heard")} ${terminal.paint("faint", `within 10 s (${outcome.target})`)}`,
      ];
    case "skipped":
      return [
        `     ${terminal.paint("warn", `– not sent${isRule(outcome.target) ? ` by ${outcome.target.replace(":", " ")}` : ""}: ${outcome.reason}`)}`,
        ...(outcome.step === null ? [] : stepLines(outcome.step, terminal)),
      ];
  }
};

const isRule = (target: string): boolean => target.startsWith("rule:");
const listenerOf = (target: string): string =>
  isRule(target) ? `the endpoint of ${target.replace(":", " ")}` : "the partner";

const stepLines = (
  step: { readonly expected: string; readonly actual: string },
  terminal: Terminal,
): readonly string[] =>
  [
    ["expected", step.expected],
    ["was", step.actual],
  ].flatMap(([name = "", text = ""]) =>
    wrapped(text, widthMax - 18).map(
      (line, index) => `       ${terminal.paint("faint", (index === 0 ? name : "").padEnd(9))} ${line}`,
    ),
  );

/** The request line as it came, broken before a parameter where it is long. */
const requestLines = (postback: HeardPostback, terminal: Terminal): readonly string[] => {
  const [first = "", ...parameters] = postback.target.split("&");
  const lines: string[] = [];
  let line = first;
  for (const parameter of parameters) {
    if (line.length + parameter.length + 13 > widthMax) {
      lines.push(line);
      line = `&${parameter}`;
    } else {
      line = `${line}&${parameter}`;
    }
  }
  lines.push(line);
  const body = postback.body === "" ? [] : [`       ${postback.body}`];
  return [
    ...lines.map(
      (text, index) => `       ${terminal.paint("name", (index === 0 ? postback.method : "").padEnd(4))} ${text}`,
    ),
    ...body,
  ];
};
