import { callForText } from "#src/cli/call-route.ts";
import { checkDraft, completeDocument } from "#src/cli/check-draft.ts";
import type { RunCommand } from "#src/cli/command.ts";
import { countText } from "#src/cli/count-text.ts";
import { type Drift, driftLine, driftSince } from "#src/cli/drift.ts";
import { connectToServer } from "#src/cli/server-connection.ts";
import { tellProblem } from "#src/cli/tell-problem.ts";
import type { Terminal } from "#src/cli/terminal.ts";
import { catalogRoutes } from "#src/contract/catalog-contract.ts";
import { type CatalogDifference, catalogDifferences } from "#src/contract/catalog-differences.ts";

export const runDiff: RunCommand = async (call) => {
  const { given, terminal } = call;
  const connection = connectToServer(call);
  try {
    const draft = await checkDraft(call, connection);
    if (draft.kind === "ended") return draft.exit;
    const accept = "application/json";
    const inForce = await callForText(connection, catalogRoutes.readCatalog, { headers: { accept } });
    if (inForce.kind === "refused") return tellProblem(terminal, inForce.problem);
    const all = catalogDifferences(completeDocument(inForce.text, "json", connection), draft.document);
    const differences = given.flag("prune") ? all : all.filter(({ change }) => change !== "removed");
    const drift = draft.exportedAt === null ? [] : await driftSince(draft.exportedAt, connection);
    if (given.flag("json")) terminal.print(JSON.stringify({ differences, drift }));
    else {
      for (const line of driftLines(drift, draft.exportedAt)) terminal.tell(line);
      for (const line of diffLines(differences, terminal)) terminal.print(line);
      for (const line of keptLines(all.length - differences.length)) terminal.tell(line);
    }
    return differences.length === 0 ? "ok" : "different";
  } finally {
    connection.close();
  }
};

const driftLines = (drift: readonly Drift[], revision: number | null): readonly string[] =>
  drift.length === 0
    ? []
    : [
        `Changed on the server since the file was exported at revision ${revision}; to apply the file undoes what it has otherwise:`,
        ...drift.map(driftLine),
        "",
      ];

const keptLines = (count: number): readonly string[] =>
  count === 0
    ? []
    : [`${countText(count, "resource")} that the document lacks would be kept; --prune shows and removes them.`];

const diffLines = (differences: readonly CatalogDifference[], terminal: Terminal): readonly string[] => {
  if (differences.length === 0) return ["No difference: `carom apply` would change nothing."];
  const count = (change: CatalogDifference["change"]): string =>
    `${differences.filter((one) => one.change === change).length.toLocaleString("en")} ${change}`;
  return [
    ...differences.flatMap((difference) => resourceLines(difference, terminal)),
    "",
    `${count("added")}, ${count("removed")}, ${count("changed")}.`,
  ];
};

const marks = { added: ["good", "+"], removed: ["bad", "-"], changed: ["warn", "~"] } as const;

const resourceLines = ({ change, resource, id, fields }: CatalogDifference, terminal: Terminal): readonly string[] => {
  const [style, mark] = marks[change];
  return [
    terminal.paint(style, `${mark} ${resource}${id === "" ? "" : ` ${id}`}`),
    ...fields.flatMap(({ field, ...sides }) => [
      `    ${terminal.paint("name", field)}`,
      ...("before" in sides ? [terminal.paint("bad", `    - ${JSON.stringify(sides.before)}`)] : []),
      ...("after" in sides ? [terminal.paint("good", `    + ${JSON.stringify(sides.after)}`)] : []),
    ]),
  ];
};
