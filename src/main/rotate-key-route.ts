import type { FastifyInstance } from "fastify";
import type { Secrets } from "./secrets.ts";

/** Only on the socket of the folder: whoever may read the key's file may have it changed. */
export const rotateKeyPath = "/local/rotate-key";

export const addRotateKeyRoute = (server: FastifyInstance, secrets: Secrets): void => {
  server.post(rotateKeyPath, async (_request, reply) => {
    const rotation = await secrets.rotate();
    if (rotation.kind === "rotated") {
      await secrets.handOver();
      const { keyId, secrets: sealed, file } = rotation;
      return reply.send({ key_id: keyId, secrets: sealed, file });
    }
    return reply.code(409).send({
      detail:
        "the encryption key comes from outside (CAROM_ENCRYPTION_KEY or its file): start once with the new key there and the old one as CAROM_ENCRYPTION_KEY_PREVIOUS",
    });
  });
};
