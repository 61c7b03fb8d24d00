import type { SimulationWire } from "#src/contract/simulations-contract.ts";
import { countText } from "./count-text.ts";
import type { Style, Terminal } from "./terminal.ts";
import { textTable } from "./text-table.ts";

type Change = SimulationWire["groups"][number]["change"];
type Example = SimulationWire["examples"][number];

const changeWords = {
  newly_sent: ["good", "newly sent"],
  no_longer_sent: ["bad", "no longer sent"],
  sent_otherwise: ["warn", "sent with other content"],
  unchanged: ["faint", "unchanged"],
  not_sent: ["faint", "sent by neither"],
} as const satisfies Record<Change, readonly [Style, string]>;

const toldChanges = ["newly_sent", "no_longer_sent", "sent_otherwise"] as const;
/** Of each change; the rest is in `--json`. */
const groupsMax = 20;

/** What a simulation has found, for people: counts, then by change the groups and a few examples. */
export const simulationLines = (
  simulation: SimulationWire,
  { terminal, examplesMax }: { readonly terminal: Terminal; readonly examplesMax: number },
): readonly string[] => {
  const { status, events, erased, looked, revision, counts } = simulation;
  const end = status === "done" ? "" : ` (${status})`;
  return [
    `${countText(events, "event")} of ${looked.toLocaleString("en")} looked at, held against revision ${revision}${end}.`,
    ...(erased === 0 ? [] : [`${countText(erased, "event")} of them erased: nothing is left to decide by.`]),
    "",
    ...textTable([
      ...[...toldChanges, "unchanged" as const, "not_sent" as const].map((change) => {
        const [style, words] = changeWords[change];
        return [terminal.paint(counts[change] === 0 ? "faint" : style, words), counts[change].toLocaleString("en")];
      }),
    ]).map((line) => `  ${line}`),
    ...toldChanges.flatMap((change) => changeLines(simulation, change, { terminal, examplesMax })),
  ];
};

const changeLines = (
  { groups, examples }: SimulationWire,
  change: (typeof toldChanges)[number],
  { terminal, examplesMax }: { readonly terminal: Terminal; readonly examplesMax: number },
): readonly string[] => {
  const of = groups.filter((group) => group.change === change);
  if (of.length === 0) return [];
  const [style, words] = changeWords[change];
  const rows = of
    .slice(0, groupsMax)
    .map(({ postbacks, app_id, target, event_name, reason }) => [
      postbacks.toLocaleString("en"),
      app_id,
      target,
      event_name ?? "further names",
      reason === null ? "" : `${change === "newly_sent" ? "was" : "would be"} ${reason}`,
    ]);
  return [
    "",
    terminal.paint(style, words),
    ...textTable(rows).map((line) => `  ${line}`),
    ...(of.length > groupsMax ? [`  and ${of.length - groupsMax} more (--json)`] : []),
    ...examples
      .filter((example) => example.change === change)
      .slice(0, examplesMax)
      .flatMap((example) => ["", ...exampleLines(example, terminal).map((line) => `  ${line}`)]),
  ];
};

const exampleLines = (example: Example, terminal: Terminal): readonly string[] => {
  const { event_id, event_name, target, before, after, differences } = example;
  const head = `${terminal.paint("faint", "for example")} ${event_name} ${event_id} ${target}`;
  if (differences.length === 0) return [head, ...sideLines(before, "-", terminal), ...sideLines(after, "+", terminal)];
  return [
    head,
    ...differences.flatMap(({ place, before: old, after: made }) => [
      ...(old === null ? [] : [terminal.paint("bad", `  - ${place}: ${old}`)]),
      ...(made === null ? [] : [terminal.paint("good", `  + ${place}: ${made}`)]),
    ]),
  ];
};

const sideLines = ({ request, reason }: Example["before"], mark: "-" | "+", terminal: Terminal): readonly string[] => {
  const style = mark === "-" ? "bad" : "good";
  return request === null
    ? [`  ${mark} ${terminal.paint("faint", `not sent: ${reason}`)}`]
    : [terminal.paint(style, `  ${mark} ${request.method} ${request.url}`)];
};
