import type { InstallRecord } from "#src/core/installs/install-record.ts";
import type { KnowledgeQuery } from "#src/ports/knowledge.ts";
import { type FlatReader, pushList } from "./flat.ts";
import { unpackInstall } from "./install-text.ts";
import type { Names } from "./names.ts";
import { startThread, ThreadCalls } from "./thread-calls.ts";

type Installs = KnowledgeQuery["installs"];

export type FoundInstalls = {
  /** In the order of their questions. */
  readonly records: readonly (InstallRecord | null)[];
  /** How many of them took as long as a read of the disk. */
  readonly slow: number;
};

/** A thread that looks install records up. */
export type Finder = {
  readonly find: (installs: Installs) => Promise<FoundInstalls>;
  readonly close: () => Promise<void>;
};

const operation = { name: "findInstalls", number: 0 };

export const startFinder = async (given: {
  readonly folder: string;
  readonly names: Names;
  readonly onDied: (error: Error) => void;
}): Promise<Finder> => {
  const { folder, names, onDied } = given;
  const { worker } = await startThread(new URL("./finder-thread.ts", import.meta.url), {
    name: "carom-finder",
    folder,
  });
  const calls = new ThreadCalls(worker, { name: "finder", onDied });
  return {
    find: async (installs) => {
      const answer = await calls.call(operation, (flat) => {
        flat.push(installs.length);
        for (const { appId, keys } of installs) {
          flat.push(names.numberOf(appId), appId);
          pushList(flat, keys);
        }
      });
      return readFound(answer, installs);
    },
    close: () => calls.close(),
  };
};

/** Reads what `pushFound` pushed. */
export const readFound = (answer: FlatReader, asked: Installs): FoundInstalls => ({
  records: asked.map(({ appId }) => {
    const body = answer.textOrNull();
    return body === null ? null : unpackInstall(body, { appId, keys: answer.text() });
  }),
  slow: answer.number(),
});
