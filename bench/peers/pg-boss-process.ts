/**
 * The postback job on pg-boss: `insert` of many jobs, a `notify` queue, workers that fetch full batches
 * one after the other (`burstWhenBatchFull`) and settle each job of a batch by itself.
 */
import pg from "pg";
import { PgBoss } from "pg-boss";
import { type PostbackJob, runPeer, serverAddress } from "./peer-process.ts";
import { readPostgresDurability } from "./read-postgres-durability.ts";

const queue = "postbacks";
const boss = new PgBoss({ connectionString: serverAddress, max: 10 });
boss.on("error", (error) => console.error(error));
await boss.start();
await boss.createQueue(queue, { retryLimit: 10, retryBackoff: true, notify: true });
const client = new pg.Client({ connectionString: serverAddress });
await client.connect();

await runPeer({
  enqueue: async (jobs) => {
    await boss.insert(
      queue,
      jobs.map((data) => ({ data })),
    );
  },
  work: async (deliver) => {
    const options = {
      batchSize: 100,
      localConcurrency: 3,
      burstWhenBatchFull: true,
      perJobResults: true,
      pollingIntervalSeconds: 0.5,
      notifyPollingIntervalSeconds: 0.5,
    } as const;
    await boss.work<PostbackJob>(queue, options, (jobs) =>
      Promise.all(
        jobs.map(({ id, data }) =>
          deliver(data).then(
            () => ({ id, status: "completed" }) as const,
            (error: unknown) => ({ id, status: "failed", output: { message: String(error) } }) as const,
          ),
        ),
      ),
    );
  },
  left: async () => {
    const { rows } = await client.query<{ left: string }>(
      "SELECT count(*) AS left FROM pgboss.job WHERE name = $1 AND state <> 'completed'",
      [queue],
    );
    return Number(rows[0]?.left);
  },
  durability: () => readPostgresDurability(client),
});
