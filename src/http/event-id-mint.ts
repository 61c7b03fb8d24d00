import type { EventId } from "#src/core/ids.ts";
import { uuidV7 } from "#src/core/uuid-v7.ts";
import type { Chance } from "#src/ports/chance.ts";

const randomBytesEach = 10;
const pooledIds = 512;

/** Mints Carom's ids of events. Random bytes are drawn for many ids at once: asking for ten costs as much as for thousands. */
export const openEventIdMint = (chance: Chance): ((nowMs: number) => EventId) => {
  let pool = new Uint8Array(0);
  let offset = 0;
  return (nowMs) => {
    if (offset === pool.length) {
      pool = Uint8Array.from(chance.bytes(randomBytesEach * pooledIds));
      offset = 0;
    }
    const random = pool.subarray(offset, offset + randomBytesEach);
    offset += randomBytesEach;
    return uuidV7(nowMs, random);
  };
};
