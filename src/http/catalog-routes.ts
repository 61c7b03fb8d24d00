import type { CatalogChangeWire } from "#src/contract/catalog-contract.ts";
import { catalogToDocument, readCatalogDocument, writeCatalogDocument } from "#src/contract/catalog-document.ts";
import type { DocumentFormat, PlacedProblem } from "#src/contract/document-text.ts";
import { exportMark } from "#src/contract/export-mark.ts";
import { movedProblem } from "#src/contract/moved-problem.ts";
import { routes } from "#src/contract/routes.ts";
import { timeTextOrNull } from "#src/contract/wire-time.ts";
import type { Catalog } from "#src/core/catalog/catalog.ts";
import { placesOf } from "#src/core/catalog/part-path.ts";
import { maskText } from "#src/core/personal-data/mask-personal-data.ts";
import type { Problem } from "#src/core/problem.ts";
import { cancelsAnswer } from "./cancels-answer.ts";
import { isOfPart, othersProblem, wholeOf, writtenPartOf } from "./catalog-part.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { expectedRevision, refuseLostRace } from "./if-match.ts";
import { type Refusal, refuse } from "./refusal.ts";
import { entryOf, refuseProblems } from "./refuse-problems.ts";
import type { Scope } from "./scope.ts";
import { jsonMediaType, type ServeRoute } from "./serve-route.ts";

const yamlMediaType = "application/yaml; charset=utf-8";

export const serveCatalog = (serve: ServeRoute, { engine, storage, advise }: HttpDependencies): void => {
  serve(routes.readCatalog, ({ headers, scope }) => {
    const { catalog, revision } = engine.catalog.current();
    const format = formatOf(headers.accept);
    const part = shownPart(writtenPartOf(catalog, scope), scope);
    const document = writeCatalogDocument(catalogToDocument(part), format);
    const text = format === "yaml" ? exportMark(revision) + document : document;
    const mediaType = format === "yaml" ? yamlMediaType : jsonMediaType;
    return { kind: "text", text, mediaType, headers: { etag: `"${revision}"`, vary: "accept" } };
  });

  serve(routes.changeCatalog, async ({ headers, query, bodyText, caller, scope }) => {
    const expected = expectedRevision(headers["if-match"]);
    if (typeof expected === "object" && expected !== null) return expected;
    const reading = readCatalogDocument(bodyText, formatOf(headers["content-type"]));
    if (reading.kind === "refused") return refuseProblems(reading.problems);
    const { catalog, lineOf } = reading;
    const change = await engine.catalog.edit<Refusal>({
      edit: ({ catalog: before, revision }) => {
        if (expected !== null && expected !== revision) return { kind: "no", no: refuseLostRace(revision) };
        const whole = wholeOf(before, catalog, { scope, caller, prune: query.prune });
        if (whole.kind === "merged") return { kind: "edited", catalog: whole.catalog };
        const placed = whole.problems.map((problem) => ({ ...problem, line: lineOf(problem.path) }));
        return { kind: "no", no: refuseProblems(placed) };
      },
      by: caller.name,
      account: scope.accountId,
      dryRun: query.dry_run,
      cancelsWaiting: true,
    });
    if (change.kind === "no") return change.no;
    const places = { part: placesOf(catalog), twin: placesOf(catalog, "first") };
    const placed = (problem: Problem, of: Catalog): PlacedProblem => {
      if (!isOfPart(scope, problem, of)) return { ...othersProblem, line: null };
      const moved = movedProblem(problem, of, (key, twinOrPart) => places[twinOrPart].get(key) ?? null);
      const isInDocument = moved.path.length > 0 && !String(moved.path[0]).includes("/");
      return { ...moved, line: isInDocument ? lineOf(moved.path) : null };
    };
    if (change.kind === "refused")
      return refuseProblems(change.problems.map((problem) => placed(problem, change.catalog)));
    if (change.kind === "waiting") return refuse("resource.waiting", "postbacks wait for what would be removed");
    if (change.kind === "lost_race") return refuseLostRace(change.revision);
    const warnings = [...change.warnings, ...(await advise(change.catalog))].filter((warning) =>
      isOfPart(scope, warning, change.catalog),
    );
    // Of what is in force already it is told since when, and by whom.
    const saved = change.revision ?? (query.dry_run ? null : await storage.catalog.revision());
    const answer: CatalogChangeWire = {
      revision: saved?.revision ?? engine.catalog.current().revision,
      changed: change.revision !== null,
      dry_run: query.dry_run,
      changes: change.parts.map(({ key }) => key),
      cancels: cancelsAnswer(change.cancels),
      saved_at: timeTextOrNull(saved?.savedAt ?? null),
      saved_by: saved?.savedBy ?? null,
      warnings: warnings.map((warning) => entryOf(placed(warning, change.catalog))),
    };
    return { kind: "ok", answer, headers: { etag: `"${answer.revision}"` } };
  });
};

/** Test devices are ids of people's devices. */
const shownPart = (catalog: Catalog, { isMasked }: Scope): Catalog =>
  isMasked
    ? { ...catalog, apps: catalog.apps.map((app) => ({ ...app, testDevices: app.testDevices.map(() => maskText) })) }
    : catalog;

/** YAML where the header names it, else JSON. */
const formatOf = (header: string | undefined): DocumentFormat =>
  header?.toLowerCase().includes("yaml") === true ? "yaml" : "json";
