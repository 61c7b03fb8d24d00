import type { NotationProposalWire } from "#src/contract/notation-proposal.ts";
import type { PreviewWire } from "#src/contract/preview-contract.ts";
import { requestLines } from "./request-lines.ts";
import type { Terminal } from "./terminal.ts";
import { textTable } from "./text-table.ts";

/** The request, or why there is none, and every macro with its value and how it stands in its place. */
export const renderLines = (preview: PreviewWire, terminal: Terminal): readonly string[] => [
  ...(preview.request === null
    ? [`${terminal.paint("bad", "no request")}  ${preview.message ?? ""}`]
    : requestLines(preview.request)),
  ...(preview.macros.length === 0 ? [] : ["", ...macroLines(preview, terminal)]),
];

const macroLines = ({ macros }: PreviewWire, terminal: Terminal): readonly string[] => {
  const head = ["macro", "from", "in", "value", "as sent"].map((title) => terminal.paint("faint", title));
  const rows = macros.map(({ written, source, field, place, value, encoded, kind }) => [
    terminal.paint("name", written),
    source,
    field === place ? field : `${field}, ${place.replace("_", " ")}`,
    value ?? terminal.paint("faint", kind === "secret" ? "put in when sent" : "none"),
    encodedText(value, encoded, terminal),
  ]);
  return textTable([head, ...rows]);
};

const encodedText = (value: string | null, encoded: string | null, terminal: Terminal): string => {
  if (encoded === null) return terminal.paint("faint", "left out");
  if (encoded === "") return terminal.paint("faint", "nothing");
  return encoded === value ? terminal.paint("faint", "the same") : encoded;
};

/** What is taken for the notation of a pasted URL, and every change that makes it so. */
export const proposalLines = (proposal: NotationProposalWire, terminal: Terminal): readonly string[] => {
  if (proposal.dialect === null)
    return [`${terminal.paint("bad", "error")}  nothing can be proposed for this URL: ${proposal.message ?? ""}`];
  // A repair is of the whole URL: in a column it would make every row as long.
  const changes = proposal.changes
    .filter(({ why }) => why !== "repaired")
    .map(({ from, to, why }) => [
      `  ${from}`,
      terminal.paint("name", to),
      terminal.paint(why === "likely" ? "warn" : "faint", changeWords[why]),
    ]);
  const repairs = proposal.changes.filter(({ why }) => why === "repaired");
  return [
    `Read as ${terminal.paint("name", proposal.dialect)}: look whether that is what was meant (--dialect says which it is).`,
    `  ${proposal.url ?? ""}`,
    ...repairs.flatMap(({ to }) => [
      terminal.paint("faint", `  ${changeWords.repaired}; before its macros it reads`),
      `  ${to}`,
    ]),
    ...textTable(changes),
  ];
};

const changeWords = {
  known: "another name of the same value",
  likely: "likely, and another value to some: look at it",
  parameter: "each integration fills it in",
  secret: "a credential: carom secrets set",
  guessed: "guessed: a member of event_value",
  repaired: "damage undone",
} as const satisfies Record<NotationProposalWire["changes"][number]["why"], string>;
