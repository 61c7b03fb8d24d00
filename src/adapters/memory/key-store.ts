import { invariant } from "#src/core/invariant.ts";
import type { KeyStore } from "#src/ports/key-store.ts";
import type { Commit } from "./commit.ts";

export const keyStore = (commit: Commit): KeyStore => ({
  all: () => commit((tables) => [...tables.keys.values()]),
  add: (key, acts = []) =>
    commit((tables) => {
      invariant(!tables.keys.has(key.id), `key ${key.id} is already there`);
      tables.keys.set(key.id, key);
      tables.acts.push(...acts);
    }),
  change: (key) =>
    commit((tables) => {
      const isThere = tables.keys.has(key.id);
      if (isThere) tables.keys.set(key.id, key);
      return isThere;
    }),
  rotate: ({ made, old }, acts = []) =>
    commit((tables) => {
      invariant(!tables.keys.has(made.id), `key ${made.id} is already there`);
      tables.keys.set(made.id, made);
      if (tables.keys.has(old.id)) tables.keys.set(old.id, old);
      tables.acts.push(...acts);
    }),
  remove: (id, acts = []) =>
    commit((tables) => {
      const isRemoved = tables.keys.delete(id);
      if (isRemoved) tables.acts.push(...acts);
      return isRemoved;
    }),
});
