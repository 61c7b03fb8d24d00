import { catalogWarningCodes, errorCodes, importCodes } from "#src/contract/error-codes.ts";
import { templateProblemCodes, templateWarningCodes } from "#src/core/templates/template-codes.ts";
import { code, markdownPage, markdownTable } from "./markdown.ts";

export const errorsPage = (): string =>
  markdownPage(
    "Error codes",
    "src/contract/error-codes.ts and src/core/templates/template-codes.ts",
    "Every refusal is `application/problem+json` (RFC 9457): `code` is one of these, `detail` is a sentence for this case, `errors` names each place with a code of its own. Codes are stable: one is never renamed and never changes its meaning. *Fault* says who has to act: `caller` sent something wrong, `operator` runs a server that cannot do it now, `partner` is a receiver's doing, `us` is a bug.",
    markdownTable(
      ["code", "status", "fault", "meaning", "what to do"],
      Object.entries(errorCodes).map(([name, { status, fault, title, fix }]) => [
        code(name),
        String(status),
        fault,
        title,
        fix,
      ]),
    ),
    "## Of templates",
    "They stand in `errors` of `catalog.refused`; with one of them the template cannot be saved.",
    codeTable(templateProblemCodes),
    "## Warnings",
    "Likely mistakes, told in `warnings` of a catalog that is put in force.",
    codeTable({ ...catalogWarningCodes, ...templateWarningCodes }),
    "## Of imports",
    "They stand in `left` and `losses` of an import: the rest of the file is taken.",
    codeTable(importCodes),
  );

const codeTable = (codes: Readonly<Record<string, string>>): string =>
  markdownTable(
    ["code", "meaning"],
    Object.entries(codes).map(([name, meaning]) => [code(name), meaning]),
  );
