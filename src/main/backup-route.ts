import { isAbsolute } from "node:path";
import type { FastifyInstance } from "fastify";
import { tellAround } from "#src/http/acts.ts";
import { localCaller } from "#src/http/caller.ts";
import type { Clock } from "#src/ports/clock.ts";
import type { Storage } from "#src/ports/storage.ts";
import type { Log } from "./log.ts";

/** Only on the socket: it writes a file on the server's machine, as the server's user. */
export const backupPath = "/local/backup";

type BackingUp = { readonly storage: Pick<Storage, "backup" | "audit">; readonly clock: Clock; readonly log: Log };

export const addBackupRoute = (server: FastifyInstance, parts: BackingUp): void => {
  const { storage, log } = parts;
  server.post(backupPath, async (request, reply) => {
    const { body } = request;
    const target = typeof body === "object" && body !== null && "target" in body ? String(body.target) : "";
    if (!isAbsolute(target))
      return reply.code(400).send({ detail: "target: name the file to write as an absolute path" });
    try {
      const deed = {
        caller: localCaller,
        intent: {},
        drafts: [{ kind: "backup", subject: target, verb: "written" }],
      } as const;
      const bytes = await tellAround(parts, deed, {
        act: (begin) => begin().then(() => storage.backup(target)),
        outcome: (written) => ({ bytes: written }),
      });
      log.info({ target, bytes }, "backup written");
      return await reply.send({ target, bytes });
    } catch (error) {
      // A target that exists or cannot be written is told in words: where in this program it failed helps nobody.
      log.error({ target, reason: reasonText(error) }, "backup failed");
      return reply.code(422).send({ detail: reasonText(error) });
    }
  });
};

/** With what caused it: that a folder is missing or a disk full stands only there. */
const reasonText = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${reasonText(error.cause)}`;
};
