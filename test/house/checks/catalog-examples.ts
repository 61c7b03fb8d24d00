import { readCatalogDocument } from "#src/contract/catalog-document.ts";
import { compileCatalog } from "#src/core/compile/compile-catalog.ts";
import type { Hashes } from "#src/core/templates/hashes.ts";
import type { RepositoryFile } from "../repository.ts";

/** Catalog documents that stand in a text as YAML. */
export const catalogsIn = ({ path, text }: RepositoryFile): readonly RepositoryFile[] =>
  [...text.matchAll(/^```yaml\n(.*?)^```/gms)]
    .filter(([, block = ""]) => /^carom: /m.test(block))
    .map(([, block = ""]) => ({ path, text: block }));

/** What `carom apply` would say of it; warnings count, since an example must be a good one. */
export const catalogProblems = ({ path, text }: RepositoryFile, hashes: Hashes): readonly string[] => {
  const reading = readCatalogDocument(text, "yaml");
  if (reading.kind === "refused")
    return reading.problems.map(({ message, line }) => `${path}, line ${line}: ${message}`);
  const compilation = compileCatalog(reading.catalog, { hashes: hashes });
  const found = compilation.kind === "refused" ? compilation.problems : compilation.warnings;
  return found.map(({ message, path: place }) => `${path}, line ${reading.lineOf(place)}: ${message}`);
};
