import type { SecretStore } from "#src/ports/secret-store.ts";
import type { Commit } from "./commit.ts";

export const secretStore = (commit: Commit): SecretStore => ({
  all: () => commit((tables) => [...tables.secrets.values()]),
  put: (secret) =>
    commit((tables) => {
      tables.secrets.set(secret.name, secret);
    }),
  reseal: ({ name, from, to }) =>
    commit((tables) => {
      const secret = tables.secrets.get(name);
      if (secret === undefined || secret.box !== from) return false;
      tables.secrets.set(name, { ...secret, box: to });
      return true;
    }),
  remove: (name) => commit((tables) => tables.secrets.delete(name)),
});
