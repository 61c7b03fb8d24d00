import type { SecretStore } from "#src/ports/secret-store.ts";
import type { Commit } from "./commit.ts";

export const secretStore = (commit: Commit): SecretStore => ({
  all: () => commit((tables) => [...tables.secrets.values()]),
  put: (secret) =>
    commit((tables) => {
      tables.secrets.set(secret.name, secret);
    }),
  remove: (name) => commit((tables) => tables.secrets.delete(name)),
});
