import type { CatalogChangeWire } from "#src/contract/catalog-contract.ts";
import { catalogToDocument, readCatalogDocument, writeCatalogDocument } from "#src/contract/catalog-document.ts";
import type { DocumentFormat, PlacedProblem } from "#src/contract/document-text.ts";
import { isErrorCode } from "#src/contract/error-codes.ts";
import type { ProblemEntry } from "#src/contract/problem-document.ts";
import { routes } from "#src/contract/routes.ts";
import { timeTextOrNull } from "#src/contract/wire-time.ts";
import { pathText } from "#src/core/check-catalog/findings.ts";
import type { Problem } from "#src/core/problem.ts";
import type { CatalogChange } from "#src/engine/engine.ts";
import type { CatalogRevision } from "#src/ports/catalog-store.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { type Refusal, refuse } from "./refusal.ts";
import { type Answered, jsonMediaType, type ServeRoute } from "./serve-route.ts";

const yamlMediaType = "application/yaml; charset=utf-8";

export const serveCatalog = (serve: ServeRoute, { engine, storage, advise }: HttpDependencies): void => {
  serve(routes.readCatalog, ({ headers }) => {
    const { catalog, revision } = engine.catalog.current();
    const format = formatOf(headers.accept);
    const text = writeCatalogDocument(catalogToDocument(catalog), format);
    const mediaType = format === "yaml" ? yamlMediaType : jsonMediaType;
    return { kind: "text", text, mediaType, headers: { etag: `"${revision}"`, vary: "accept" } };
  });

  serve(routes.changeCatalog, async ({ headers, query, bodyText, caller }) => {
    const expected = expectedRevision(headers["if-match"]);
    if (typeof expected === "object" && expected !== null) return expected;
    const reading = readCatalogDocument(bodyText, formatOf(headers["content-type"]));
    if (reading.kind === "refused") return refuseDocument(reading.problems);
    const { catalog, document, lineOf } = reading;
    // Applying what is in force already, as a pipeline does on every run, makes no revision.
    const isSame = document === catalogToDocument(engine.catalog.current().catalog);
    const dryRun = query.dry_run || isSame;
    const change = await engine.catalog.change({ catalog, document, by: caller.name, expected, dryRun });
    const placed = (problem: Problem): PlacedProblem => ({ ...problem, line: lineOf(problem.path) });
    const { revision } = engine.catalog.current();
    if (change.kind !== "changed")
      return changeAnswer(change, { dryRun: query.dry_run, revision, placed, inForce: null });
    const warnings = [...change.warnings, ...(await advise(catalog))];
    // Of what is in force already it is told since when, and by whom.
    const inForce = change.revision === null && !query.dry_run ? await storage.catalog.current() : null;
    return changeAnswer({ ...change, warnings }, { dryRun: query.dry_run, revision, placed, inForce });
  });
};

/** YAML where the header names it, else JSON. */
const formatOf = (header: string | undefined): DocumentFormat =>
  header?.toLowerCase().includes("yaml") === true ? "yaml" : "json";

const expectedRevision = (header: string | undefined): number | null | Refusal => {
  if (header === undefined || header.trim() === "*") return null;
  const revision = /^(?:W\/)?"?(\d{1,15})"?$/.exec(header.trim())?.[1];
  return revision === undefined
    ? refuse("request.invalid", 'if-match: must be a revision such as "7", or *')
    : Number(revision);
};

const changeAnswer = (
  change: CatalogChange,
  context: {
    readonly dryRun: boolean;
    readonly revision: number;
    readonly placed: (problem: Problem) => PlacedProblem;
    readonly inForce: CatalogRevision | null;
  },
): Answered<CatalogChangeWire> => {
  switch (change.kind) {
    case "changed": {
      const saved = change.revision ?? context.inForce;
      const answer: CatalogChangeWire = {
        revision: saved?.revision ?? context.revision,
        changed: change.revision !== null,
        dry_run: context.dryRun,
        saved_at: timeTextOrNull(saved?.savedAt ?? null),
        saved_by: saved?.savedBy ?? null,
        warnings: change.warnings.map((warning) => entryOf(context.placed(warning))),
      };
      return { kind: "ok", answer, headers: { etag: `"${answer.revision}"` } };
    }
    case "refused":
      return refuseDocument(change.problems.map(context.placed));
    case "lost_race":
      return refuse(
        "catalog.lost_race",
        `the catalog is at revision ${change.revision} by now; read it and change it anew`,
        {
          headers: { etag: `"${change.revision}"` },
        },
      );
  }
};

/** Codes that are about the text as a whole; every other is one place of many. */
const wholeText = ["catalog.malformed", "catalog.too_large", "catalog.too_deep"];

const refuseDocument = (problems: readonly PlacedProblem[]): Refusal => {
  const [first] = problems;
  const errors = problems.map(entryOf);
  const code =
    first !== undefined && wholeText.includes(first.code) && isErrorCode(first.code) ? first.code : "catalog.refused";
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
  const line = first?.line ? `line ${first.line}: ` : "";
  return refuse(code, `${line}${first?.message ?? "the catalog has mistakes"}${more}`, { errors });
};

const entryOf = ({ path, code, message, proposal, line }: PlacedProblem): ProblemEntry => ({
  path: pathText(path),
  code,
  message,
  ...(proposal === undefined ? {} : { proposal }),
  ...(line === null ? {} : { line }),
});
