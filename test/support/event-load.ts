import { Agent, request } from "undici";

/** What a load knows of its own events: which numbers were acknowledged, and which may or may not be in. */
export type EventLoad = {
  readonly acknowledged: readonly number[];
  /** Sent, but the answer never came: stored or not is unknown. */
  readonly unknown: readonly number[];
  /** Answered with anything but 202: nothing of them was taken. */
  readonly refused: readonly number[];
  /** The answers, by status and the code of the problem: `202`, `503 intake.queue_full`. */
  readonly answers: ReadonlyMap<string, number>;
  /** The `Retry-After` of every 503. */
  readonly retryAfters: readonly (string | null)[];
};

/**
 * Posts numbered events in batches over `connections` until the numbers are used up or `stopped()`
 * says so. A connection that is cut leaves its batch unknown, and is not made again.
 */
export const sendEventLoad = async (load: {
  readonly url: string;
  readonly key: string;
  readonly numbers: Iterable<number>;
  readonly batch: number;
  readonly connections: number;
  readonly eventOf?: (number: number) => object;
  readonly stopped?: () => boolean;
}): Promise<EventLoad> => {
  const { eventOf = purchase, stopped = () => false } = load;
  const agent = new Agent({ connections: load.connections });
  const acknowledged: number[] = [];
  const unknown: number[] = [];
  const refused: number[] = [];
  const answers = new Map<string, number>();
  const retryAfters: (string | null)[] = [];
  const numbers = load.numbers[Symbol.iterator]();
  const post = async (batch: readonly number[]): Promise<void> => {
    const { statusCode, headers, body } = await request(`${load.url}/v1/events`, {
      dispatcher: agent,
      method: "POST",
      headers: { authorization: `Bearer ${load.key}`, "content-type": "application/json" },
      body: JSON.stringify(batch.map(eventOf)),
    });
    const text = await body.text();
    const code = statusCode === 202 ? "" : ` ${problemCode(text)}`;
    answers.set(`${statusCode}${code}`, (answers.get(`${statusCode}${code}`) ?? 0) + 1);
    if (statusCode === 503) retryAfters.push(headers["retry-after"]?.toString() ?? null);
    (statusCode === 202 ? acknowledged : refused).push(...batch);
  };
  const lane = async (): Promise<void> => {
    while (!stopped()) {
      const batch = takeFrom(numbers, load.batch);
      if (batch.length === 0) return;
      try {
        await post(batch);
      } catch {
        unknown.push(...batch);
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: load.connections }, lane));
  await agent.destroy();
  return { acknowledged, unknown, refused, answers, retryAfters };
};

/** Whole numbers from `from` on, `count` of them. */
export function* numbersFrom(from: number, count = Number.MAX_SAFE_INTEGER): Generator<number> {
  for (let number = from; number < from + count; number += 1) yield number;
}

/** What the counting receiver and the one-partner catalog understand: its number is the click id. */
export const purchase = (number: number): object => ({
  app_id: "com.example.game",
  event_type: "in_app_event",
  event_name: "purchase",
  clickid: String(number),
  media_source: "examplenetwork_int",
});

const takeFrom = (numbers: Iterator<number>, count: number): readonly number[] => {
  const taken: number[] = [];
  while (taken.length < count) {
    const next = numbers.next();
    if (next.done === true) break;
    taken.push(next.value);
  }
  return taken;
};

const problemCode = (text: string): string => /"code": ?"([^"]+)"/.exec(text)?.[1] ?? "without a code";
