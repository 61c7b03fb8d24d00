import { readCatalogDocument } from "#src/contract/catalog-document.ts";
import type { DocumentFormat } from "#src/contract/document-text.ts";
import type { ProblemEntry } from "#src/contract/problem-document.ts";
import { countText } from "./count-text.ts";
import { entryText, isElsewhere } from "./tell-problem.ts";
import type { Terminal } from "./terminal.ts";

export type WarnedDocument = {
  readonly text: string;
  readonly format: DocumentFormat;
  /** Null of standard input. */
  readonly file: string | null;
};

/**
 * Warnings about what a document says, and about secrets without which what it puts in force cannot send; other ones about
 * what stands beside it on the server are counted, or told too.
 */
export const tellWarnings = (
  terminal: Terminal,
  warnings: readonly ProblemEntry[],
  { document, all }: { readonly document: WarnedDocument; readonly all: boolean },
): void => {
  const partners = all ? [] : neededPartners(warnings, document);
  const told = warnings.filter((warning) => all || !isElsewhere(warning) || isNeeded(warning, partners));
  for (const warning of told)
    terminal.tell(`${terminal.paint("warn", "warning")}  ${entryText(terminal, warning, document.file)}`);
  const rest = warnings.length - told.length;
  if (rest === 0) return;
  const count = countText(rest, "warning");
  terminal.tell(
    terminal.paint(
      "faint",
      `and ${count} about what stands on the server already; \`carom apply --all-warnings\` tells them`,
    ),
  );
};

/** Partners with an integration in the document, asked for only where one that stands on the server may lack a secret. */
const neededPartners = (warnings: readonly ProblemEntry[], { text, format }: WarnedDocument): readonly string[] => {
  if (!warnings.some(isPartnersSecret)) return [];
  const reading = readCatalogDocument(text, format);
  if (reading.kind === "refused") return [];
  return reading.catalog.apps.flatMap(({ integrations }) => integrations.map(({ partnerId }) => partnerId));
};

const isPartnersSecret = ({ code, path }: ProblemEntry): boolean =>
  code === "catalog.secret_unset" && path.startsWith("partner/");

const isNeeded = (warning: ProblemEntry, partners: readonly string[]): boolean =>
  isPartnersSecret(warning) && partners.some((id) => warning.path.startsWith(`partner/${id}.`));
