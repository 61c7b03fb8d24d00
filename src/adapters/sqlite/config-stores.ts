import { secretName } from "#src/core/ids.ts";
import { invariant } from "#src/core/invariant.ts";
import type { CatalogStore, Pause, PauseScope } from "#src/ports/catalog-store.ts";
import type { JobStore, StoredJob } from "#src/ports/job-store.ts";
import type { SealedSecret, SecretStore } from "#src/ports/secret-store.ts";
import type { CatalogPartsStore } from "./catalog-client.ts";
import type { ConfigQuestion } from "./config-rows.ts";
import { type FlatReader, pushList, type Scalar } from "./flat.ts";
import type { CallStore } from "./store-client.ts";

/** The small stores: asked rarely, answered by the store thread between commits. */
export type Ask = {
  readonly rows: <Item>(
    question: ConfigQuestion,
    values: readonly Scalar[],
    read: (row: FlatReader) => Item,
  ) => Promise<readonly Item[]>;
  readonly change: (question: ConfigQuestion, ...values: readonly Scalar[]) => Promise<number>;
};

export const askOver = (call: CallStore): Ask => ({
  rows: async <Item>(question: ConfigQuestion, values: readonly Scalar[], read: (row: FlatReader) => Item) => {
    const answer = await call("readConfig", (flat) => {
      flat.push(question);
      pushList(flat, values);
    });
    const items: Item[] = [];
    while (!answer.isAtEnd) items.push(read(answer));
    return items;
  },
  change: async (question, ...values) => {
    const answer = await call("writeConfig", (flat) => {
      flat.push(question);
      pushList(flat, values);
    });
    return answer.number();
  },
});

export const catalogStore = ({ rows, change }: Ask, parts: CatalogPartsStore): CatalogStore => ({
  ...parts,
  pauses: () => rows("pauses", [], readPause),
  setPause: async ({ scope, since, by }) => {
    await change("setPause", scopeKey(scope), scope.level, scope.level === "everything" ? "" : scope.id, since, by);
  },
  clearPause: async (scope) => {
    await change("clearPause", scopeKey(scope));
  },
});

const scopeKey = (scope: PauseScope): string =>
  scope.level === "everything" ? "everything" : `${scope.level} ${scope.id}`;

const readPause = (row: FlatReader): Pause => {
  const level = row.text();
  const id = row.text();
  const scope = scopeOf(level, id);
  return { scope, since: row.number(), by: row.text() };
};

const scopeOf = (level: string, id: string): PauseScope => {
  if (level === "everything") return { level };
  invariant(level === "app" || level === "partner" || level === "receiver", `${level} is a level of pause`);
  return { level, id };
};

export const secretStore = ({ rows, change }: Ask): SecretStore => ({
  all: () => rows("secrets", [], readSecret),
  put: async ({ name, box, updatedAt }) => {
    await change("putSecret", name, box, updatedAt);
  },
  reseal: async ({ name, from, to }) => (await change("resealSecret", to, name, from)) > 0,
  remove: async (name) => (await change("removeSecret", name)) > 0,
});

const readSecret = (row: FlatReader): SealedSecret => ({
  name: secretName(row.text()),
  box: row.text(),
  updatedAt: row.number(),
});

export const jobStore = ({ rows, change }: Ask): JobStore => ({
  put: async ({ id, kind, status, createdAt, updatedAt, state }) => {
    await change("putJob", id, kind, status, createdAt, updatedAt, state);
  },
  read: async (id) => (await rows("readJob", [id], readJob))[0] ?? null,
  unfinished: () => rows("unfinishedJobs", [], readJob),
});

const jobKinds = ["replay", "backfill"] as const satisfies readonly StoredJob["kind"][];
const jobStatuses = ["running", "done", "stopped", "failed"] as const satisfies readonly StoredJob["status"][];

const readJob = (row: FlatReader): StoredJob => {
  const id = row.text();
  const kindText = row.text();
  const kind = jobKinds.find((known) => known === kindText);
  invariant(kind !== undefined, `${kindText} is a kind of job`);
  const statusText = row.text();
  const status = jobStatuses.find((known) => known === statusText);
  invariant(status !== undefined, `${statusText} is a status of a job`);
  return { id, kind, status, createdAt: row.number(), updatedAt: row.number(), state: row.text() };
};
