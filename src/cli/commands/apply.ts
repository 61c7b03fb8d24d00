import { callRoute, type RouteAnswer } from "#src/cli/call-route.ts";
import { completeDocument } from "#src/cli/check-draft.ts";
import type { CommandCall, RunCommand } from "#src/cli/command.ts";
import { type Drift, driftLine, wholeDriftSince } from "#src/cli/drift.ts";
import type { Exit } from "#src/cli/exit-codes.ts";
import { readTextFile } from "#src/cli/read-text-file.ts";
import { connectToServer, type ServerConnection } from "#src/cli/server-connection.ts";
import { confirm, readStream } from "#src/cli/standard-input.ts";
import { tellProblem } from "#src/cli/tell-problem.ts";
import { tellWarnings } from "#src/cli/tell-warnings.ts";
import { undoes } from "#src/cli/undoes.ts";
import { type CatalogChangeWire, catalogRoutes } from "#src/contract/catalog-contract.ts";
import { contentsByKey } from "#src/contract/catalog-differences.ts";
import { exportedRevision } from "#src/contract/export-mark.ts";
import { sessionRoutes } from "#src/contract/session-contract.ts";

export const runApply: RunCommand = async (call) => {
  const { given, terminal } = call;
  const written = given.positional(0) ?? "-";
  const file = written === "-" ? null : written;
  const text = file === null ? await readStream(terminal.stdin) : await readTextFile(file);
  const connection = connectToServer(call);
  try {
    const document = { text, isJson: written.endsWith(".json") };
    const over = given.flag("force") ? null : await lookForUndone(call, connection, document);
    if (over?.kind === "ended") return over.exit;
    const revision = over?.revision ?? null;
    const isDry = given.flag("dry-run");
    const answer = await putCatalog(call, connection, { ...document, isDry, revision });
    if (answer.kind === "refused") return tellProblem(terminal, answer.problem, file);
    const warned = { text, format: document.isJson ? "json" : "yaml", file } as const;
    tellWarnings(terminal, answer.answer.warnings, { document: warned, all: given.flag("all-warnings") });
    terminal.print(given.flag("json") ? answer.text : changeSentence(answer.answer));
    const mark = exportedRevision(text);
    if (mark !== null && answer.answer.changed && !isDry)
      terminal.tell(markSentence({ mark, inForce: answer.answer.revision }));
    return "ok";
  } finally {
    connection.close();
  }
};

type Document = { readonly text: string; readonly isJson: boolean };

const putCatalog = (
  { given }: CommandCall,
  connection: ServerConnection,
  order: Document & { readonly isDry: boolean; readonly revision: number | null },
): Promise<RouteAnswer<CatalogChangeWire>> =>
  callRoute(connection, catalogRoutes.changeCatalog, {
    query: { ...(order.isDry ? { dry_run: "true" } : {}), ...(given.flag("prune") ? { prune: "true" } : {}) },
    headers: {
      "content-type": order.isJson ? "application/json" : "application/yaml",
      ...(order.revision === null ? {} : { "if-match": `"${order.revision}"` }),
    },
    body: order.text,
  });

type Over = { readonly kind: "over"; readonly revision: number } | { readonly kind: "ended"; readonly exit: Exit };

/** What others changed after the file was exported, and the file would undo. Answers the revision that was looked at. */
const lookForUndone = async (
  call: CommandCall,
  connection: ServerConnection,
  document: Document,
): Promise<Over | null> => {
  const mark = exportedRevision(document.text);
  if (mark === null) return null;
  const dry = await putCatalog(call, connection, { ...document, isDry: true, revision: null });
  // What is wrong with the document is told by the change itself.
  if (dry.kind === "refused" || dry.answer.revision <= mark) return null;
  const { changes, revision } = dry.answer;
  const undone = await undoneBy(document, connection, { mark, changes });
  if (undone.length === 0 || (await mayUndo(call, undone, mark))) return { kind: "over", revision };
  return { kind: "ended", exit: "failed" };
};

/** Of what the file changes and others changed since, what it takes back. */
const undoneBy = async (
  { text, isJson }: Document,
  connection: ServerConnection,
  { mark, changes }: { readonly mark: number; readonly changes: readonly string[] },
): Promise<readonly Drift[]> => {
  const { drift, isAll } = await wholeDriftSince(mark, connection);
  const touched = drift.filter(({ key }) => changes.includes(key));
  if (!isAll || touched.length === 0) return touched;
  const file = contentsByKey(completeDocument(text, isJson ? "json" : "yaml", connection));
  const asking = await callRoute(connection, sessionRoutes.readSession, {});
  const own = asking.kind === "refused" ? null : asking.answer.name;
  return touched.filter(({ key, before, after, byAll }) => {
    const isOwn = own !== null && byAll.size === 1 && byAll.has(own);
    return undoes({ exported: before, now: after, file: file.get(key) ?? null }, isOwn);
  });
};

const mayUndo = async (call: CommandCall, undone: readonly Drift[], mark: number): Promise<boolean> => {
  const { given, terminal, interrupted } = call;
  terminal.tell(
    `${terminal.paint("warn", "warning")}  The file was exported at revision ${mark}. What was changed since it would undo:`,
  );
  for (const drift of undone) terminal.tell(driftLine(drift));
  if (given.flag("dry-run") || (await confirm(terminal, "Undo it?", interrupted))) return true;
  terminal.tell("Nothing was changed. `carom diff` shows the fields; export anew, or undo it with --force.");
  return false;
};

const markSentence = ({ mark, inForce }: { readonly mark: number; readonly inForce: number }): string =>
  `The file still begins with \`# revision ${mark}\`: make it ${inForce}, or export anew, before you edit it again.`;

const changeSentence = (change: CatalogChangeWire): string => {
  if (change.dry_run) return "The document is right. Nothing was changed (--dry-run).";
  if (!change.changed) return `Nothing to change: this is revision ${change.revision}.`;
  return `Revision ${change.revision} is in force.`;
};
