import type { FastifyInstance } from "fastify";
import { type Deed, tellAround } from "#src/http/acts.ts";
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
    const rotation = secrets.draftRotation();
    if (rotation === null)
      return reply.code(409).send({
        detail:
          "the encryption key comes from outside (CAROM_ENCRYPTION_KEY or its file): start once with the new key there and the old one as CAROM_ENCRYPTION_KEY_PREVIOUS",
      });
    const { keyId, file, rotate } = rotation;
    const act = (begin: () => Promise<void>) => begin().then(rotate);
    const sealed = await tellAround(parts, deedOf(keyId), { act, outcome });
    await secrets.handOver();
    return reply.send({ key_id: keyId, secrets: sealed, file });
  });
};

/** At the start: what a crash left sealed with an earlier key, or what a key from outside now seals. */
export const finishRotation = async (parts: Rotating): Promise<void> => {
  const { keyId, finishRotation: act } = parts.secrets;
  await tellAround(parts, deedOf(keyId()), { act, outcome });
};

const deedOf = (keyId: string): Deed => ({
  caller: localCaller,
  intent: {},
  drafts: [{ kind: "encryption_key", subject: keyId, verb: "rotated" }],
});

const outcome = (secrets: number): object => ({ secrets });
