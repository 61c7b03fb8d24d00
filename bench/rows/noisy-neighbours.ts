import { atMost, type BenchRow, figure, measured, nothingMissing } from "../row.ts";
import { type CaromServer, startCaromFor } from "../support/carom-server.ts";
import { startChild } from "../support/child.ts";
import { runLoad } from "../support/load.ts";
import type { Latency } from "../support/measure-latency.ts";
import type { BenchReceiver } from "../support/receiver.ts";

const receivers = 100;
const secondsOfWarmth = 2;
const secondsOfRun = 3;
/** Five neighbours in each round: two rounds of this row are as long as five of another. */
const roundsMax = 2;

/** How the one behaves, and where it does. */
const neighbours = {
  "hangs for 30 s": ({ hostile }: Origins) => `${hostile}/hangs`,
  "resets the connection": ({ hostile }: Origins) => `${hostile}/resets`,
  "drips a byte a second": ({ hostile }: Origins) => `${hostile}/drips_body`,
  "answers 500": ({ broken }: Origins) => `${broken}/`,
  "has no name": () => "http://nobody.invalid/",
} as const;
type Neighbour = keyof typeof neighbours;
type Origins = { readonly hostile: string; readonly broken: string };
/** The same server, first without and then with the neighbour. */
type Pair = { readonly quiet: Latency; readonly loud: Latency };

export const noisyNeighbours: BenchRow = {
  name: "noisy-neighbours",
  title: "1 of 100 receivers misbehaves: latency of the other 99 beside a run in which it does not",
  work: "requests of one event, 500 a second, open loop; no event_id; 1 match each; GET with 12 macros",
  minutes: 3,
  sizes: { rate: 500 },
  missing: nothingMissing,
  measure: async ({ rounds, receiver, size }) => {
    const ratePerSecond = size("rate");
    const noisy = startChild("./noisy-receiver-process.ts");
    const { port, brokenPort } = await noisy.hear("listening");
    const origins = { hostile: `http://127.0.0.1:${port}`, broken: `http://127.0.0.1:${brokenPort}` };
    const pairs = new Map<Neighbour, Pair[]>(namesOfNeighbours.map((name) => [name, []]));
    for (let round = 0; round < Math.min(rounds, roundsMax); round += 1)
      for (const name of namesOfNeighbours)
        pairs
          .get(name)
          ?.push(
            await latenciesBeside(
              { loudUrl: neighbours[name](origins), quietUrl: `${origins.hostile}/ok` },
              receiver,
              ratePerSecond,
            ),
          );
    await noisy.end();
    const quiet = [...pairs.values()].flatMap((of) => of.map((pair) => pair.quiet));
    return [
      ...[...pairs].flatMap(([name, of]) =>
        (["p99Ms", "p50Ms"] as const).map((part) =>
          measured(
            { label: `one ${name}: ${part.slice(0, 3)} of the others ÷ without`, bar: atMost(1.5, 1.1) },
            of.map(({ quiet, loud }) => loud[part] / quiet[part]),
          ),
        ),
      ),
      figure(
        "nobody misbehaves: p50",
        quiet.map(({ p50Ms }) => p50Ms),
        " ms",
      ),
      figure(
        "nobody misbehaves: p99",
        quiet.map(({ p99Ms }) => p99Ms),
        " ms",
      ),
    ];
  },
};

const namesOfNeighbours = Object.keys(neighbours) as readonly Neighbour[];

/** A server of its own for each neighbour: what one left waiting is not there beside the next. */
const latenciesBeside = async (
  { loudUrl, quietUrl }: { readonly loudUrl: string; readonly quietUrl: string },
  receiver: BenchReceiver,
  ratePerSecond: number,
): Promise<Pair> => {
  const latency = (seconds: number): Promise<Latency> => latencyOf(carom, receiver, { seconds, ratePerSecond });
  const others = Array.from({ length: receivers - 1 }, (_, number) => ({
    id: `p${number + 1}`,
    url: `${receiver.url}/p${number + 1}`,
  }));
  const carom = await startCaromFor([{ id: "p0", url: quietUrl }, ...others]);
  await latency(secondsOfWarmth);
  const quiet = await latency(secondsOfRun);
  await carom.setPartners([{ id: "p0", url: loudUrl }, ...others]);
  const loud = await latency(secondsOfRun);
  await carom.kill();
  return { quiet, loud };
};

/** Of all receivers but the one, whose postbacks the bench's receiver does not hear. */
const latencyOf = async (
  carom: CaromServer,
  receiver: BenchReceiver,
  { seconds, ratePerSecond }: { readonly seconds: number; readonly ratePerSecond: number },
): Promise<Latency> => {
  const count = seconds * ratePerSecond;
  const expected = count - count / receivers;
  await receiver.expect(expected, count);
  const allHeard = receiver.allHeard();
  const load = { url: carom.url, key: carom.key, batch: 1, connections: 64, ids: "none", name: "level_up" } as const;
  await runLoad({ ...load, count, ratePerSecond, partners: receivers });
  await allHeard;
  const { distinct, latencyUs } = await receiver.report();
  if (distinct !== expected) throw new Error(`heard ${distinct} of ${expected}`);
  return { p50Ms: latencyUs.p50 / 1000, p99Ms: latencyUs.p99 / 1000, maxMs: latencyUs.max / 1000 };
};
