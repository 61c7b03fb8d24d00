/**
 * The load of a benchmark, a process of its own. Told a `Load` it posts events numbered from its first, and
 * answers `done` with what was acknowledged. With a rate it is an open loop: each request has its
 * time, and a late one is not forgiven: its scheduled time is in the event.
 */
import { randomUUID } from "node:crypto";
import { Agent, request } from "undici";
import { mappedName, partnerOf } from "./bench-catalog.ts";
import { benchEvent } from "./bench-event.ts";
import { appOf, installOf } from "./bench-world.ts";
import type { Load } from "./load.ts";

const nowUs = (): number => Math.round((performance.timeOrigin + performance.now()) * 1000);

const eventText = (go: Load, number: number, sentUs: number): string =>
  benchEvent({
    id: eventIds[go.ids](number),
    name: go.name,
    number: (go.first ?? 0) + number,
    sentUs,
    ...(go.partners === undefined ? {} : { mediaSource: `p${number % go.partners}` }),
    ...(go.varied === undefined ? {} : variedOf(go.varied, Math.floor(number / (go.apps ?? 1)))),
    ...(go.apps === undefined ? {} : { appId: appOf(number % go.apps) }),
    ...(go.installs === undefined ? {} : { installId: installOf(Math.floor(Math.random() * go.installs)) }),
    ...(go.users === undefined ? {} : { userId: `user-${number % go.users}` }),
  });

/** The `turn`-th event of an app: first each name, then each again of the next partner. */
const variedOf = ({ names, partners }: NonNullable<Load["varied"]>, turn: number) => ({
  name: mappedName(turn % names),
  mediaSource: partnerOf(Math.floor(turn / names) % partners),
});

const eventIds: Readonly<Record<Load["ids"], (number: number) => string | null>> = {
  none: () => null,
  random: () => randomUUID(),
  ordered: (number) => `order-${String(Date.now())}-${String(number).padStart(12, "0")}`,
};

type Slice = { readonly from: number; readonly to: number; readonly sentUs: number };

const bodyOf = (go: Load, slice: Slice): string => {
  if (go.batch === 1) return eventText(go, slice.from, slice.sentUs);
  const texts: string[] = [];
  for (let number = slice.from; number < slice.to; number += 1) texts.push(eventText(go, number, slice.sentUs));
  return `[${texts.join(",")}]`;
};

const serverOf = (go: Load, { from }: Slice): Pick<Load, "url" | "key"> =>
  go.inTurns !== undefined && Math.floor(from / go.inTurns.events) % 2 === 1 ? go.inTurns : go;

const run = async (go: Load): Promise<void> => {
  const agent = new Agent({ connections: go.connections, pipelining: 1 });
  let next = 0;
  let acknowledged = 0;
  let refused = 0;
  const post = async (slice: Slice): Promise<void> => {
    for (;;) {
      const { url, key } = serverOf(go, slice);
      const { statusCode, body } = await request(`${url}/v1/events`, {
        dispatcher: agent,
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        body: bodyOf(go, slice),
      });
      const text = await body.text();
      if (statusCode === 202) {
        acknowledged += slice.to - slice.from;
        return;
      }
      refused += 1;
      if (statusCode !== 503) throw new Error(`${statusCode}: ${text}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const lane = async (): Promise<void> => {
    while (next < go.count) {
      const from = next;
      next = Math.min(go.count, next + go.batch);
      await post({ from, to: next, sentUs: nowUs() });
    }
  };
  const startedUs = nowUs();
  if (go.ratePerSecond === null) await Promise.all(Array.from({ length: go.connections }, lane));
  else await openLoop(go, post);
  await agent.close();
  process.send?.({ kind: "done", acknowledged, refused, startedUs, endedUs: nowUs() });
};

const openLoop = async (go: Load, post: (slice: Slice) => Promise<void>): Promise<void> => {
  const everyUs = (1e6 / (go.ratePerSecond ?? 1)) * go.batch;
  const startUs = nowUs() + 50_000;
  const under: Promise<void>[] = [];
  let request = 0;
  while (request * go.batch < go.count) {
    const dueUs = startUs + request * everyUs;
    if (nowUs() >= dueUs) {
      const from = request * go.batch;
      under.push(post({ from, to: Math.min(go.count, from + go.batch), sentUs: Math.round(dueUs) }));
      request += 1;
    } else await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(under);
};

process.on("message", (go: Load) => {
  run(go).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
process.send?.({ kind: "ready" });
