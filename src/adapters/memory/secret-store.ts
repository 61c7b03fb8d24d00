import type { SecretStore } from "#src/ports/secret-store.ts";
import type { Commit } from "./commit.ts";

export const secretStore = (commit: Commit): SecretStore => ({
  all: () => commit((tables) => [...tables.secrets.values()]),
  put: (secret, acts = []) =>
    commit((tables) => {
      tables.acts.push(...acts);
      tables.secrets.set(secret.name, secret);
    }),
  reseal: ({ name, from, to }) =>
    commit((tables) => {
      const secret = tables.secrets.get(name);
      if (secret === undefined || secret.box !== from) return false;
      tables.secrets.set(name, { ...secret, box: to });
      return true;
    }),
  remove: (name, acts = []) =>
    commit((tables) => {
      const isRemoved = tables.secrets.delete(name);
      if (isRemoved) tables.acts.push(...acts);
      return isRemoved;
    }),
});
