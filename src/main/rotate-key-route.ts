import type { FastifyInstance } from "fastify";
import { tellAct } from "#src/http/acts.ts";
import { localCaller } from "#src/http/caller.ts";
import type { Clock } from "#src/ports/clock.ts";
import type { Storage } from "#src/ports/storage.ts";
import type { Secrets } from "./secrets.ts";

/** Only on the socket of the folder: whoever may read the key's file may have it changed. */
export const rotateKeyPath = "/local/rotate-key";

type Rotating = { readonly secrets: Secrets; readonly storage: Pick<Storage, "audit">; readonly clock: Clock };

export const addRotateKeyRoute = (server: FastifyInstance, parts: Rotating): void => {
  const { secrets } = parts;
  server.post(rotateKeyPath, async (_request, reply) => {
    const rotation = await secrets.rotate();
    if (rotation.kind === "rotated") {
      await secrets.handOver();
      const { keyId, secrets: sealed, file } = rotation;
      const after = { secrets: sealed };
      await tellAct(parts, localCaller, { kind: "encryption_key", subject: keyId, verb: "rotated", after });
      return reply.send({ key_id: keyId, secrets: sealed, file });
    }
    return reply.code(409).send({
      detail:
        "the encryption key comes from outside (CAROM_ENCRYPTION_KEY or its file): start once with the new key there and the old one as CAROM_ENCRYPTION_KEY_PREVIOUS",
    });
  });
};
