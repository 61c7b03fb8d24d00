/**
 * The postback job on BullMQ: `addBulk` to enqueue, one worker with a high `concurrency`, as its
 * documentation advises for jobs that wait for the network; completed jobs are removed at once.
 */
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { type PostbackJob, runPeer, serverAddress } from "./peer-process.ts";

const concurrency = 128;
const connection = new Redis({ path: serverAddress, maxRetriesPerRequest: null });
const options = { attempts: 10, backoff: { type: "exponential", delay: 5_000 }, removeOnComplete: true } as const;
const queue = new Queue<PostbackJob>("postbacks", { connection, defaultJobOptions: options });

await runPeer({
  enqueue: async (jobs) => {
    await queue.addBulk(jobs.map((data) => ({ name: "postback", data })));
  },
  work: async (deliver) => {
    const worker = new Worker<PostbackJob>("postbacks", ({ data }) => deliver(data), { connection, concurrency });
    worker.on("error", (error) => console.error(error));
    await worker.waitUntilReady();
  },
  left: async () => {
    const { waiting = 0, active = 0, delayed = 0, failed = 0 } = await queue.getJobCounts();
    return waiting + active + delayed + failed;
  },
  durability: async () => {
    const onlyValue = async (name: string): Promise<string> =>
      ((await connection.config("GET", name)) as string[])[1] ?? "";
    return `appendonly=${await onlyValue("appendonly")}, appendfsync=${await onlyValue("appendfsync")}`;
  },
});
