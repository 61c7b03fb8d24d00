import type { CatalogRevision, CatalogStore, PauseScope } from "#src/ports/catalog-store.ts";
import type { Commit } from "./commit.ts";

export const catalogStore = (commit: Commit): CatalogStore => ({
  current: () => commit((tables) => tables.catalog.at(-1) ?? null),
  read: (revision) => commit((tables) => tables.catalog.find((saved) => saved.revision === revision) ?? null),
  save: ({ expected, document, at, by }) =>
    commit((tables) => {
      if ((tables.catalog.at(-1)?.revision ?? 0) !== expected) return null;
      const saved: CatalogRevision = { revision: expected + 1, document, savedAt: at, savedBy: by };
      tables.catalog.push(saved);
      return saved;
    }),
  pauses: () => commit((tables) => [...tables.pauses.values()]),
  setPause: (pause) =>
    commit((tables) => {
      tables.pauses.set(scopeKey(pause.scope), pause);
    }),
  clearPause: (scope) =>
    commit((tables) => {
      tables.pauses.delete(scopeKey(scope));
    }),
});

const scopeKey = (scope: PauseScope): string =>
  scope.level === "everything" ? scope.level : `${scope.level} ${scope.id}`;
