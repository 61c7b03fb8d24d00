import { peerRow } from "../peers/peer-row.ts";
import { postgresMissing, startPostgres } from "../peers/postgres-server.ts";

export const pgBoss = peerRow({
  name: "pg-boss",
  title: "pg-boss + PostgreSQL",
  script: "pg-boss-process.ts",
  workers: 1,
  missing: postgresMissing,
  startServer: startPostgres,
});
