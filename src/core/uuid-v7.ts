import { type EventId, eventId } from "./ids.ts";
import { invariant } from "./invariant.ts";

const hexDigits = Uint8Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0));
const dash = 0x2d;
const randomBytesNeeded = 10;
const timeMax = 2 ** 48 - 1;

/**
 * A UUIDv7 (RFC 9562 5.7) in lower case: 48 bits of epoch milliseconds, then 74 random bits taken
 * from ten random bytes. Ids of later milliseconds sort after earlier ones; within one they are in no order.
 */
export function uuidV7(nowMs: number, random: Uint8Array): EventId {
  invariant(nowMs >= 0 && nowMs <= timeMax, "a UUIDv7 holds 48 bits of milliseconds");
  invariant(random.length >= randomBytesNeeded, "a UUIDv7 takes ten random bytes");
  const time = Math.floor(nowMs / 2 ** 16);
  const low = Math.floor(nowMs) % 2 ** 16;
  const version = 0x70 | (byteAt(random, 0) & 0x0f);
  const variant = 0x80 | (byteAt(random, 2) & 0x3f);
  // One text of all its characters: put together from twenty pieces it would be nineteen texts.
  return eventId(
    // biome-ignore format: an octet is two digits
    String.fromCharCode(
      digit(time >>> 28), digit(time >>> 24), digit(time >>> 20), digit(time >>> 16),
      digit(time >>> 12), digit(time >>> 8), digit(time >>> 4), digit(time), dash,
      digit(low >>> 12), digit(low >>> 8), digit(low >>> 4), digit(low), dash,
      digit(version >>> 4), digit(version), highAt(random, 1), lowAt(random, 1), dash,
      digit(variant >>> 4), digit(variant), highAt(random, 3), lowAt(random, 3), dash,
      highAt(random, 4), lowAt(random, 4), highAt(random, 5), lowAt(random, 5), highAt(random, 6), lowAt(random, 6),
      highAt(random, 7), lowAt(random, 7), highAt(random, 8), lowAt(random, 8), highAt(random, 9), lowAt(random, 9),
    ),
  );
}

const byteAt = (bytes: Uint8Array, index: number): number => bytes[index] ?? 0;
const digit = (number: number): number => hexDigits[number & 0x0f] ?? 0;
const highAt = (bytes: Uint8Array, index: number): number => digit(byteAt(bytes, index) >>> 4);
const lowAt = (bytes: Uint8Array, index: number): number => digit(byteAt(bytes, index));
