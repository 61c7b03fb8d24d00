import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** A receiver that counts how often it heard each number (`n=` in the query) and each postback id. */
export type CountingReceiver = {
  readonly url: string;
  /** Times heard and answered with 200, by number. */
  readonly heard: ReadonlyMap<number, number>;
  /** Times answered otherwise, or not at all. */
  readonly refused: ReadonlyMap<number, number>;
  /** Postback ids by number, of all that came: a double keeps the id of the first. */
  readonly postbackIds: ReadonlyMap<number, ReadonlySet<string>>;
  /** Milliseconds of the clock that never goes back, by number: when it first came. */
  readonly firstHeardAt: ReadonlyMap<number, number>;
  /** Resolves when every one of the numbers was heard; rejects, saying which are missing, when nothing new came for `silenceMs`. */
  readonly allHeard: (numbers: readonly number[], silenceMs: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Some of what must be heard was not, and nothing comes any more. */
export class NeverHeard extends Error {
  readonly missing: number;
  readonly expected: number;

  constructor(missing: readonly number[], expected: number) {
    super(`${missing.length} of ${expected} were never heard: ${missing.slice(0, 10).join(", ")} …`);
    this.missing = missing.length;
    this.expected = expected;
  }
}

export type CountingOptions = {
  readonly answerDelayMs?: number;
  /** By default a free port of 127.0.0.1. */
  readonly listensAt?: { readonly host: string; readonly port: number };
  /** The status of an answer; null answers never. By default 200. */
  readonly statusOf?: (number: number, refusedBefore: number) => number | null;
};

export const startCountingReceiver = async (options: CountingOptions = {}): Promise<CountingReceiver> => {
  const { answerDelayMs = 0, statusOf = () => 200, listensAt = { host: "127.0.0.1", port: 0 } } = options;
  const heard = new Map<number, number>();
  const refused = new Map<number, number>();
  const postbackIds = new Map<number, Set<string>>();
  const firstHeardAt = new Map<number, number>();
  let lastHeardAt = performance.now();
  const server = createServer((request, response) => {
    const number = Number(new URL(request.url ?? "/", "http://receiver").searchParams.get("n"));
    lastHeardAt = performance.now();
    if (!firstHeardAt.has(number)) firstHeardAt.set(number, lastHeardAt);
    const ids = postbackIds.get(number) ?? new Set<string>();
    postbackIds.set(number, ids.add(String(request.headers["carom-postback-id"])));
    const status = statusOf(number, refused.get(number) ?? 0);
    const counts = status === 200 ? heard : refused;
    counts.set(number, (counts.get(number) ?? 0) + 1);
    if (status === null) return;
    response.statusCode = status;
    if (answerDelayMs === 0) response.end("ok");
    else setTimeout(() => response.end("ok"), answerDelayMs);
  });
  await new Promise<void>((resolve) => server.listen(listensAt.port, listensAt.host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${listensAt.host}:${port}`,
    heard,
    refused,
    postbackIds,
    firstHeardAt,
    allHeard: async (numbers, silenceMs) => {
      lastHeardAt = performance.now();
      for (;;) {
        const missing = numbers.filter((number) => !heard.has(number));
        if (missing.length === 0) return;
        if (performance.now() - lastHeardAt > silenceMs) throw new NeverHeard(missing, numbers.length);
        await delay(20);
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};
