import { peerRow } from "../peers/peer-row.ts";
import { redisMissing, startRedis } from "../peers/redis-server.ts";

export const bullmq = peerRow({
  name: "bullmq",
  title: "BullMQ + Redis",
  script: "bullmq-process.ts",
  workers: 1,
  missing: redisMissing,
  startServer: startRedis,
});
