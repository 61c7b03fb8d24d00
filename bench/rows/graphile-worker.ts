import { peerRow } from "../peers/peer-row.ts";
import { postgresMissing, startPostgres } from "../peers/postgres-server.ts";

export const graphileWorker = peerRow({
  name: "graphile-worker",
  title: "graphile-worker + PostgreSQL",
  script: "graphile-worker-process.ts",
  workers: 1,
  missing: postgresMissing,
  startServer: startPostgres,
});
