import { Agent, request } from "undici";

/** What a load knows of its own events: which numbers were acknowledged, and which may or may not be in. */
export type EventLoad = {
  readonly acknowledged: readonly number[];
  /** Sent, but the answer never came: stored or not is unknown. */
  readonly unknown: readonly number[];
};

/**
 * Posts events numbered from `from` in batches over `connections` until `count` were tried or
 * `stopped()` says so. A cut connection leaves its batch unknown, a 503 leaves it unsent.
 */
export const sendEventLoad = async (load: {
  readonly url: string;
  readonly key: string;
  readonly from: number;
  readonly count: number;
  readonly batch: number;
  readonly connections: number;
  readonly stopped?: () => boolean;
}): Promise<EventLoad> => {
  const agent = new Agent({ connections: load.connections });
  const acknowledged: number[] = [];
  const unknown: number[] = [];
  const end = load.from + load.count;
  let next = load.from;
  const lane = async (): Promise<void> => {
    while (next < end && load.stopped?.() !== true) {
      const numbers = Array.from({ length: Math.min(load.batch, end - next) }, (_, offset) => next + offset);
      next += numbers.length;
      try {
        const { statusCode, body } = await request(`${load.url}/v1/events`, {
          dispatcher: agent,
          method: "POST",
          headers: { authorization: `Bearer ${load.key}`, "content-type": "application/json" },
          body: JSON.stringify(numbers.map(purchase)),
        });
        await body.dump();
        if (statusCode === 202) acknowledged.push(...numbers);
      } catch {
        unknown.push(...numbers);
      }
    }
  };
  await Promise.all(Array.from({ length: load.connections }, lane));
  await agent.destroy();
  return { acknowledged, unknown };
};

const purchase = (number: number): object => ({
  app_id: "com.example.game",
  event_type: "in_app_event",
  event_name: "purchase",
  clickid: String(number),
  media_source: "examplenetwork_int",
});
