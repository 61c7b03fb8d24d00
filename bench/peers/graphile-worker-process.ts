/**
 * The postback job on graphile-worker with the settings of its page on performance: a local queue of
 * 500, batched completion, and `addJobs` to enqueue. Completed jobs are deleted, as it always does.
 */
import { Logger, makeWorkerUtils, run } from "graphile-worker";
import pg from "pg";
import { type PostbackJob, runPeer, serverAddress } from "./peer-process.ts";
import { readPostgresDurability } from "./read-postgres-durability.ts";

/** Its own log tells of every job; here it tells of none. */
const logger = new Logger(() => () => {});
const utils = await makeWorkerUtils({ connectionString: serverAddress, logger });
await utils.migrate();
const client = new pg.Client({ connectionString: serverAddress });
await client.connect();

await runPeer({
  enqueue: async (jobs) => {
    await utils.addJobs(jobs.map((payload) => ({ identifier: "postback", payload, maxAttempts: 10 })));
  },
  work: async (deliver) => {
    const worker = {
      connectionString: serverAddress,
      logger,
      concurrentJobs: 128,
      maxPoolSize: 25,
      localQueue: { size: 500 },
      completeJobBatchDelay: 0,
      failJobBatchDelay: 0,
    };
    await run({
      preset: { worker },
      noHandleSignals: true,
      taskList: { postback: (payload) => deliver(payload as PostbackJob) },
    });
  },
  left: async () => {
    const { rows } = await client.query<{ left: string }>("SELECT count(*) AS left FROM graphile_worker.jobs");
    return Number(rows[0]?.left);
  },
  durability: () => readPostgresDurability(client),
});
