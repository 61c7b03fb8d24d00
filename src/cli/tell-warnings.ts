import type { ProblemEntry } from "#src/contract/problem-document.ts";
import { countText } from "./count-text.ts";
import { entryText, isElsewhere } from "./tell-problem.ts";
import type { Terminal } from "./terminal.ts";

/** Warnings about what a document says; those about what stands beside it on the server are counted, or told too. */
export const tellWarnings = (
  terminal: Terminal,
  warnings: readonly ProblemEntry[],
  { file, all }: { readonly file: string | null; readonly all: boolean },
): void => {
  const told = all ? warnings : warnings.filter((warning) => !isElsewhere(warning));
  for (const warning of told)
    terminal.tell(`${terminal.paint("warn", "warning")}  ${entryText(terminal, warning, file)}`);
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
