import { type EventId, eventId } from "./ids.ts";
import { invariant } from "./invariant.ts";

const hexOfByte: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const randomBytesNeeded = 10;
const timeMax = 2 ** 48 - 1;

/**
 * A UUIDv7 (RFC 9562 5.7) in lower case: 48 bits of epoch milliseconds, then 74 random bits taken
 * from ten random bytes. Ids of later milliseconds sort after earlier ones; within one they are in no order.
 */
export function uuidV7(nowMs: number, random: Uint8Array): EventId {
  invariant(nowMs >= 0 && nowMs <= timeMax, "a UUIDv7 holds 48 bits of milliseconds");
  invariant(random.length >= randomBytesNeeded, "a UUIDv7 takes ten random bytes");
  const high = Math.floor(nowMs / 2 ** 16);
  const low = Math.floor(nowMs) % 2 ** 16;
  return eventId(
    `${hex(high >>> 24)}${hex(high >>> 16)}${hex(high >>> 8)}${hex(high)}-${hex(low >>> 8)}${hex(low)}-` +
      `${hex(0x70 | (byteAt(random, 0) & 0x0f))}${hex(byteAt(random, 1))}-` +
      `${hex(0x80 | (byteAt(random, 2) & 0x3f))}${hex(byteAt(random, 3))}-` +
      `${hex(byteAt(random, 4))}${hex(byteAt(random, 5))}${hex(byteAt(random, 6))}` +
      `${hex(byteAt(random, 7))}${hex(byteAt(random, 8))}${hex(byteAt(random, 9))}`,
  );
}

const byteAt = (bytes: Uint8Array, index: number): number => bytes[index] ?? 0;
const hex = (number: number): string => hexOfByte[number & 0xff] ?? "";
