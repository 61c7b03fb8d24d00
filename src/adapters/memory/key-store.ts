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
  remove: (id) => commit((tables) => tables.keys.delete(id)),
});
