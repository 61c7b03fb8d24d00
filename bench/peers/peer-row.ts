import { existsSync } from "node:fs";
import { atLeast, type BenchRow, type Figure, figure, measured } from "../row.ts";
import { type CaromServer, startCarom } from "../support/carom-server.ts";
import { measureEndToEnd } from "../support/measure-end-to-end.ts";
import type { BenchReceiver } from "../support/receiver.ts";
import { readTreeCpu } from "../support/tree-cpu.ts";
import { type Bound, measureUndiciBound } from "../support/undici-bound.ts";
import { type Delivered, startPeer } from "./start-peer.ts";
import type { TemporaryServer } from "./temporary-server.ts";

export type PeerChoice = {
  readonly name: string;
  readonly title: string;
  readonly script: string;
  readonly workers: number;
  readonly missing: () => string | null;
  readonly startServer: () => Promise<TemporaryServer>;
};

/** Carom and a peer, whose package has the row's name, do the same job in turn; each round gives one ratio. */
export const peerRow = (choice: PeerChoice): BenchRow => ({
  name: choice.name,
  title: `postbacks delivered a second beside the same job on ${choice.title}`,
  work: "batches of 100, 8 at a time; no event_id; 1 match each; GET with 12 macros; 25 fields an event",
  minutes: 2,
  sizes: {},
  missing: () => packageMissing(choice.name) ?? choice.missing(),
  measure: async ({ rounds, count, receiver, note }) => {
    const few = Math.min(count, countMax);
    const peer = await startPeer({ ...choice, server: await choice.startServer(), receiver });
    const carom = await startCarom(receiver.url);
    note(peer.settings);
    await deliver(carom, receiver, few);
    await peer.deliver(few, "http");
    const runs: Round[] = [];
    for (let round = 0; round < rounds; round += 1)
      runs.push({
        bound: await measureUndiciBound(receiver, few),
        carom: await deliver(carom, receiver, few),
        http: await peer.deliver(few, "http"),
        direct: await peer.deliver(few, "direct"),
      });
    note(`${choice.title}: ${few * (2 * rounds + 1)} jobs, none lost, ${peer.doubled()} doubled`);
    await carom.end();
    await peer.end();
    return figuresOf(choice.title, runs);
  },
});

/** A peer is slower, and a round of it shall not take minutes; a round of Carom takes two seconds still. */
const countMax = 40_000;

/** All over the same number of postbacks; the bound is a loop that only sends. */
type Round = {
  readonly bound: Bound;
  readonly carom: Delivered;
  readonly http: Delivered;
  readonly direct: Delivered;
};

const deliver = async (carom: CaromServer, receiver: BenchReceiver, count: number): Promise<Delivered> => {
  const before = readTreeCpu([carom.process.pid]);
  const perSecond = await measureEndToEnd(carom, receiver, { count, batch: 100, connections: 8, ids: "none" });
  return { perSecond, cpuUs: (readTreeCpu([carom.process.pid]) - before) / count };
};

const figuresOf = (title: string, rounds: readonly Round[]): readonly Figure[] => {
  const each = (value: (round: Round) => number): readonly number[] => rounds.map(value);
  return [
    measured(
      { label: `Carom ÷ ${title}, events by HTTP`, bar: atLeast(4, 6) },
      each(({ carom, http }) => carom.perSecond / http.perSecond),
    ),
    figure(
      `Carom ÷ ${title}, which enqueues without HTTP`,
      each(({ carom, direct }) => carom.perSecond / direct.perSecond),
    ),
    figure(
      `the bound ÷ ${title}, events by HTTP`,
      each(({ bound, http }) => bound.perSecond / http.perSecond),
    ),
    ...(["bound", "carom", "http", "direct"] as const).flatMap((way) => {
      const name = { bound: "the bound", carom: "Carom", http: `${title} by HTTP`, direct: `${title} without HTTP` }[
        way
      ];
      return [
        figure(
          name,
          each((round) => round[way].perSecond),
          "/s",
        ),
        figure(
          `${name}: CPU of one, all processes`,
          each((round) => round[way].cpuUs),
          " µs",
        ),
      ];
    }),
  ];
};

const packageMissing = (name: string): string | null =>
  existsSync(new URL(`../node_modules/${name}`, import.meta.url))
    ? null
    : "its packages are not installed: (cd bench && npm ci)";
