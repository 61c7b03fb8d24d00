import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import type { Passwords } from "#src/ports/passwords.ts";

export type Argon2Cost = { readonly memoryKibibytes: number; readonly passes: number; readonly lanes: number };

/** What OWASP's Password Storage Cheat Sheet asks of argon2id at least: 19 MiB, two passes, one lane. */
export const owaspCost: Argon2Cost = { memoryKibibytes: 19_456, passes: 2, lanes: 1 };

const saltBytes = 16;
const hashBytes = 32;
/** Each takes a thread of four, and its memory. */
const atOnceMax = 2;
const waitingMax = 64;
const form = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,171})$/;
const derive = promisify(argon2);

export const argon2Passwords = (cost: Argon2Cost = owaspCost): Passwords => {
  const queue = new ShortQueue();
  // Nobody's password: what is checked where there is none to check.
  const decoy = { cost, salt: randomBytes(saltBytes), hash: randomBytes(hashBytes) };
  return {
    hash: (password) =>
      queue.run(async () => {
        const salt = randomBytes(saltBytes);
        return phcText(cost, salt, await deriveFrom(password, { cost, salt, length: hashBytes }));
      }),
    check: async (password, stored) => {
      const known = stored === null ? null : readPhc(stored);
      const { cost: spent, salt, hash } = known ?? decoy;
      const derived = await queue.run(() => deriveFrom(password, { cost: spent, salt, length: hash.length }));
      if (derived === null) return "busy";
      if (!timingSafeEqual(derived, hash) || known === null) return "wrong";
      return isSameCost(spent, cost) ? "right" : "outdated";
    },
  };
};

/** Answers null where too many wait: whoever floods the door is not to fill the memory. */
class ShortQueue {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  async run<Answer>(work: () => Promise<Answer>): Promise<Answer | null> {
    if (this.#running >= atOnceMax) {
      if (this.#waiting.length >= waitingMax) return null;
      // Whoever ends hands its place on.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#running += 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}

type Known = { readonly cost: Argon2Cost; readonly salt: Uint8Array; readonly hash: Uint8Array };

const deriveFrom = (
  password: string,
  { cost, salt, length }: { readonly cost: Argon2Cost; readonly salt: Uint8Array; readonly length: number },
): Promise<Buffer> => {
  const parameters: Argon2Parameters = {
    // One password typed on two keyboards is one password: NIST SP 800-63B.
    message: password.normalize("NFKC"),
    nonce: salt,
    parallelism: cost.lanes,
    tagLength: length,
    memory: cost.memoryKibibytes,
    passes: cost.passes,
  };
  return derive("argon2id", parameters);
};

const isSameCost = (one: Argon2Cost, other: Argon2Cost): boolean =>
  one.memoryKibibytes === other.memoryKibibytes && one.passes === other.passes && one.lanes === other.lanes;

const phcText = ({ memoryKibibytes, passes, lanes }: Argon2Cost, salt: Uint8Array, hash: Uint8Array): string =>
  `$argon2id$v=19$m=${memoryKibibytes},t=${passes},p=${lanes}$${unpadded(salt)}$${unpadded(hash)}`;

const readPhc = (text: string): Known | null => {
  const [, memory, passes, lanes, salt, hash] = form.exec(text) ?? [];
  if (salt === undefined || hash === undefined) return null;
  const cost = { memoryKibibytes: Number(memory), passes: Number(passes), lanes: Number(lanes) };
  return { cost, salt: Buffer.from(salt, "base64"), hash: Buffer.from(hash, "base64") };
};

const unpadded = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64").replaceAll("=", "");
