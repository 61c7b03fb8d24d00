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
  noteUse: (id, lastUsedAt) =>
    commit((tables) => {
      const key = tables.keys.get(id);
      if (key !== undefined) tables.keys.set(id, { ...key, lastUsedAt });
      return key !== undefined;
    }),
  rotate: ({ made, old }, acts = []) =>
    commit((tables) => {
      invariant(!tables.keys.has(made.id), `key ${made.id} is already there`);
      tables.keys.set(made.id, made);
      const before = tables.keys.get(old.id);
      if (before !== undefined) tables.keys.set(old.id, { ...before, expiresAt: old.expiresAt });
      tables.acts.push(...acts);
    }),
  remove: (id, acts = []) =>
    commit((tables) => {
      const isRemoved = tables.keys.delete(id);
      if (isRemoved) tables.acts.push(...acts);
      return isRemoved;
    }),
});
