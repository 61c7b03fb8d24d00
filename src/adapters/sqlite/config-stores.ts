import { secretName } from "#src/core/ids.ts";
import { invariant } from "#src/core/invariant.ts";
import type { Act } from "#src/ports/audit-trail.ts";
import type { CatalogStore, Pause, PauseScope } from "#src/ports/catalog-store.ts";
import type { JobStore, StoredJob } from "#src/ports/job-store.ts";
import type { SealedSecret, SecretStore } from "#src/ports/secret-store.ts";
import { actsText } from "./act-rows.ts";
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
  /** In one transaction: the others are done if the first changes a row. Answers how many it changed. */
  readonly changeTogether: (first: ConfigStep, others: readonly ConfigStep[]) => Promise<number>;
};

export type ConfigStep = readonly [question: ConfigQuestion, ...values: Scalar[]];

/** Acts that go with a deed. */
export const withActs = (acts: readonly Act[] = []): readonly ConfigStep[] =>
  acts.length === 0 ? [] : [["appendActs", actsText(acts)]];

const changeOver =
  (call: CallStore): Ask["changeTogether"] =>
  async ([question, ...values], others) => {
    const answer = await call("writeConfig", (flat) => {
      flat.push(question);
      pushList(flat, values);
      flat.push(others.length);
      for (const [step, ...given] of others) {
        flat.push(step);
        pushList(flat, given);
      }
    });
    return answer.number();
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
  change: (question, ...values) => changeOver(call)([question, ...values], []),
  changeTogether: changeOver(call),
});

export const catalogStore = ({ rows, changeTogether }: Ask, parts: CatalogPartsStore): CatalogStore => ({
  ...parts,
  pauses: () => rows("pauses", [], readPause),
  setPause: async ({ scope, since, by }, acts) => {
    const id = scope.level === "everything" ? "" : scope.id;
    await changeTogether(["setPause", scopeKey(scope), scope.level, id, since, by], withActs(acts));
  },
  clearPause: async (scope, acts) => {
    await changeTogether(["clearPause", scopeKey(scope)], withActs(acts));
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

export const secretStore = ({ rows, change, changeTogether }: Ask): SecretStore => ({
  all: () => rows("secrets", [], readSecret),
  put: async ({ name, box, updatedAt }, acts) => {
    await changeTogether(["putSecret", name, box, updatedAt], withActs(acts));
  },
  reseal: async ({ name, from, to }) => (await change("resealSecret", to, name, from)) > 0,
  remove: async (name, acts) => (await changeTogether(["removeSecret", name], withActs(acts))) > 0,
});

const readSecret = (row: FlatReader): SealedSecret => ({
  name: secretName(row.text()),
  box: row.text(),
  updatedAt: row.number(),
});

export const jobStore = ({ rows, change, changeTogether }: Ask): JobStore => ({
  put: async ({ id, kind, status, createdAt, updatedAt, state }, acts) => {
    await changeTogether(["putJob", id, kind, status, createdAt, updatedAt, state], withActs(acts));
  },
  read: async (id) => (await rows("readJob", [id], readJob))[0] ?? null,
  unfinished: () => rows("unfinishedJobs", [], readJob),
  forgetEnded: ({ at, limit }) => change("forgetEndedJobs", at, limit),
  lookingFor: ({ kind, value }) => rows("jobsLookingFor", [kind, value], readJob),
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
