import { readCatalogDocument } from "#src/contract/catalog-document.ts";
import { pathInTemplate, previewDocument } from "#src/contract/preview-document.ts";
import type { ProblemEntry } from "#src/contract/problem-document.ts";
import { compileCatalog } from "#src/core/compile/compile-catalog.ts";
import { type Problem, pathText } from "#src/core/problem.ts";
import type { Hashes } from "#src/core/templates/hashes.ts";

/** What the catalog would say of a template, mistakes before warnings, without an event to render it with. */
export const lintTemplateDocument = (
  template: object,
  { parameters, hashes }: { readonly parameters: readonly string[]; readonly hashes: Hashes },
): readonly ProblemEntry[] => {
  const document = previewDocument({
    template,
    eventKind: "in_app_event",
    appId: "app",
    eventName: "event",
    parameters: Object.fromEntries(parameters.map((name) => [name, "parameter"])),
    partnerEvent: null,
    dataSharing: "values_and_revenue",
  });
  const reading = readCatalogDocument(document, "json");
  if (reading.kind === "refused") return reading.problems.map(templateEntry);
  const compilation = compileCatalog(reading.catalog, { hashes });
  return (compilation.kind === "refused" ? compilation.problems : compilation.warnings).map(templateEntry);
};

/** Told by the template's own places, not by those of the catalog around it. */
export const templateEntry = ({ path, code, message, proposal }: Problem) => {
  const own = pathText(pathInTemplate(path));
  const around = `${pathText(path)}: `;
  const told = message.startsWith(around) ? `${own}: ${message.slice(around.length)}` : message;
  return { path: own, code, message: told, ...(proposal === undefined ? {} : { proposal }) };
};
