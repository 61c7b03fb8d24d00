import { isAbsolute } from "node:path";
import type { FastifyInstance } from "fastify";
import type { Storage } from "#src/ports/storage.ts";
import type { Log } from "./log.ts";

/** Only on the socket: it writes a file on the server's machine, as the server's user. */
export const backupPath = "/local/backup";

export const addBackupRoute = (server: FastifyInstance, storage: Pick<Storage, "backup">, log: Log): void => {
  server.post(backupPath, async (request, reply) => {
    const { body } = request;
    const target = typeof body === "object" && body !== null && "target" in body ? String(body.target) : "";
    if (!isAbsolute(target))
      return reply.code(400).send({ detail: "target: name the file to write as an absolute path" });
    try {
      const bytes = await storage.backup(target);
      log.info({ target, bytes }, "backup written");
      return await reply.send({ target, bytes });
    } catch (error) {
      log.warn({ target, err: error }, "backup failed");
      return reply.code(422).send({ detail: reasonText(error) });
    }
  });
};

/** With what caused it: that a folder is missing or a disk full stands only there. */
const reasonText = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${reasonText(error.cause)}`;
};
