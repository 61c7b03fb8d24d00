import { invariant } from "#src/core/invariant.ts";
import type { KeyStore } from "#src/ports/key-store.ts";
import type { Commit } from "./commit.ts";

export const keyStore = (commit: Commit): KeyStore => ({
  all: () => commit((tables) => [...tables.keys.values()]),
  add: (key) =>
    commit((tables) => {
      invariant(!tables.keys.has(key.id), `key ${key.id} is already there`);
      tables.keys.set(key.id, key);
    }),
  change: (key) =>
    commit((tables) => {
      const isThere = tables.keys.has(key.id);
      if (isThere) tables.keys.set(key.id, key);
      return isThere;
    }),
  remove: (id) => commit((tables) => tables.keys.delete(id)),
});
