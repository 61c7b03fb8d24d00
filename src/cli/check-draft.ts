import { type CatalogChangeWire, catalogRoutes } from "#src/contract/catalog-contract.ts";
import { readCatalogDocument } from "#src/contract/catalog-document.ts";
import { exportedRevision } from "#src/contract/export-mark.ts";
import { callRoute } from "./call-route.ts";
import type { CommandCall } from "./command.ts";
import type { Exit } from "./exit-codes.ts";
import { readTextFile } from "./read-text-file.ts";
import type { ServerConnection } from "./server-connection.ts";
import { readStream } from "./standard-input.ts";
import { tellProblem } from "./tell-problem.ts";
import { tellWarnings } from "./tell-warnings.ts";

type CheckedDraft =
  | {
      readonly kind: "right" /** Complete, as JSON text. */;
      readonly document: string;
      /** The revision that it was exported at, where it says so. */
      readonly exportedAt: number | null;
      readonly change: CatalogChangeWire;
    }
  | { readonly kind: "ended"; readonly exit: Exit };

/** Reads the document that a command is given and has the server check it as `carom apply --dry-run` would. */
export const checkDraft = async (
  { given, terminal }: CommandCall,
  connection: ServerConnection,
): Promise<CheckedDraft> => {
  const written = given.positional(0) ?? "-";
  const text = written === "-" ? await readStream(terminal.stdin) : await readTextFile(written);
  const file = written === "-" ? null : written;
  const format = written.endsWith(".json") ? "json" : "yaml";
  const answer = await callRoute(connection, catalogRoutes.changeCatalog, {
    query: { dry_run: "true", ...(given.flag("prune") ? { prune: "true" } : {}) },
    headers: { "content-type": `application/${format}` },
    body: text,
  });
  if (answer.kind === "refused") return { kind: "ended", exit: tellProblem(terminal, answer.problem, file) };
  tellWarnings(terminal, answer.answer.warnings, { document: { text, format, file }, all: false });
  return {
    kind: "right",
    document: completeDocument(text, format, connection),
    exportedAt: exportedRevision(text),
    change: answer.answer,
  };
};

/** A document that the server takes, with every default filled in. */
export const completeDocument = (text: string, format: "json" | "yaml", connection: ServerConnection): string => {
  const reading = readCatalogDocument(text, format);
  if (reading.kind === "read") return reading.document;
  throw new Error(
    `${connection.name} takes this document and this program does not: is it another version of Carom? ${reading.problems[0].message}`,
  );
};
