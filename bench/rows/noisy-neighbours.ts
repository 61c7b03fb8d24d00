import { atMost, type BenchRow, type Figure, figure, measured, nothingMissing } from "../row.ts";
import { type BenchPartner, type CaromServer, startCaromFor } from "../support/carom-server.ts";
import { startChild } from "../support/child.ts";
import { runLoad } from "../support/load.ts";
import type { Latency } from "../support/measure-latency.ts";
import { type BenchReceiver, startReceiver } from "../support/receiver.ts";
import { reconcile } from "../support/reconcile.ts";

const receivers = 100;
const secondsOfWarmth = 2;
/** Of each of the two servers. */
const secondsOfRound = 3;
/** Six neighbours in each round: the row is to be over in less than five minutes. */
const roundsMax = 4;
/** Two to each receiver, then the other server has its turn. */
const eventsOfTurn = 2 * receivers;

/** How the one behaves, and where it does. */
const neighbours = {
  // What this says beside itself is noise: of no other figure of the row less than that can be told.
  "is well": ({ hostile }: Origins) => `${hostile}/ok`,
  "hangs for 30 s": ({ hostile }: Origins) => `${hostile}/hangs`,
  "resets the connection": ({ hostile }: Origins) => `${hostile}/resets`,
  "drips a byte a second": ({ hostile }: Origins) => `${hostile}/drips_body`,
  "answers 500": ({ broken }: Origins) => `${broken}/`,
  "has no name": () => "http://nobody.invalid/",
} as const;
type Neighbour = keyof typeof neighbours;
type Origins = { readonly hostile: string; readonly broken: string };

/** A server with what hears its 99 that are well. */
type Side = { readonly carom: CaromServer; readonly receiver: BenchReceiver };
/** Of the same seconds, without and with the neighbour. */
type Pair = { readonly quiet: Latency; readonly loud: Latency };

export const noisyNeighbours: BenchRow = {
  name: "noisy-neighbours",
  title: "1 of 100 receivers misbehaves: latency of the other 99 beside a server at which it does not",
  work: "requests of one event, 500 a second, open loop, 200 to each of two servers in turns; no event_id; 1 match each; GET with 12 macros",
  minutes: 5,
  sizes: { rate: 500 },
  missing: nothingMissing,
  measure: async ({ rounds, receiver, size }) => {
    const noisy = startChild("./noisy-receiver-process.ts");
    const { port, brokenPort } = await noisy.hear("listening");
    const origins = { hostile: `http://127.0.0.1:${port}`, broken: `http://127.0.0.1:${brokenPort}` };
    const other = await startReceiver();
    const figures: Figure[] = [];
    const quiet: Latency[] = [];
    for (const name of namesOfNeighbours) {
      const urls = { quiet: `${origins.hostile}/ok`, loud: neighbours[name](origins) };
      const pairs = await pairsBeside(urls, {
        receivers: [receiver, other],
        rounds: Math.min(rounds, roundsMax),
        ratePerSecond: size("rate"),
      });
      quiet.push(...pairs.map((pair) => pair.quiet));
      figures.push(...(["p99Ms", "p50Ms"] as const).map((part) => ratioOf(name, part, pairs)));
    }
    await other.end();
    await noisy.end();
    const ms = (part: "p50Ms" | "p99Ms"): readonly number[] => quiet.map((of) => of[part]);
    return [
      ...figures,
      figure("nobody misbehaves: p50", ms("p50Ms"), " ms"),
      figure("nobody misbehaves: p99", ms("p99Ms"), " ms"),
    ];
  },
};

const namesOfNeighbours = Object.keys(neighbours) as readonly Neighbour[];

const ratioOf = (name: Neighbour, part: "p99Ms" | "p50Ms", pairs: readonly Pair[]): Figure => {
  const label = `one ${name}: ${part.slice(0, 3)} of the others ÷ without`;
  const ratios = pairs.map(({ quiet, loud }) => loud[part] / quiet[part]);
  return name === "is well" ? figure(label, ratios) : measured({ label, bar: atMost(1.5, 1.1) }, ratios);
};

/** Two servers of their own for each neighbour: what one left waiting is not there beside the next. */
const pairsBeside = async (
  urls: { readonly quiet: string; readonly loud: string },
  under: { readonly receivers: readonly BenchReceiver[]; readonly rounds: number; readonly ratePerSecond: number },
): Promise<readonly Pair[]> => {
  const sides = await Promise.all(
    under.receivers.map(async (receiver): Promise<Side> => {
      const carom = await startCaromFor(partnersOf(receiver, urls.quiet));
      return { carom, receiver };
    }),
  );
  const [quiet, loud] = sides;
  if (quiet === undefined || loud === undefined) throw new Error("there are two receivers");
  const { ratePerSecond } = under;
  const measure = (seconds: number, begins: Turns["begins"]): Promise<Pair> =>
    latenciesInTurns({ quiet, loud }, { seconds, ratePerSecond, begins });
  await measure(secondsOfWarmth, "quiet");
  // Both are told something: what a new catalog costs is on both sides.
  await quiet.carom.setPartners(partnersOf(quiet.receiver, urls.quiet));
  await loud.carom.setPartners(partnersOf(loud.receiver, urls.loud));
  const pairs: Pair[] = [];
  for (let round = 0; round < under.rounds; round += 1)
    pairs.push(await measure(secondsOfRound, round % 2 === 0 ? "quiet" : "loud"));
  for (const { carom } of sides) await carom.kill();
  return pairs;
};

type Turns = { readonly seconds: number; readonly ratePerSecond: number; readonly begins: "quiet" | "loud" };

/** The first is the one that may be a bad neighbour. */
const partnersOf = (receiver: BenchReceiver, firstUrl: string): readonly BenchPartner[] =>
  Array.from({ length: receivers }, (_, number) => ({
    id: `p${number}`,
    url: number === 0 ? firstUrl : `${receiver.url}/p${number}`,
  }));

/** Of all receivers but the one, whose postbacks the bench's receivers do not hear. */
const latenciesInTurns = async (
  { quiet, loud }: { readonly quiet: Side; readonly loud: Side },
  { seconds, ratePerSecond, begins }: Turns,
): Promise<Pair> => {
  // The first turn of each warms the load, which is a new process: its latency is not measured.
  const turns = 1 + Math.max(1, Math.round((seconds * ratePerSecond) / eventsOfTurn));
  const expected = turns * (eventsOfTurn - eventsOfTurn / receivers);
  const count = 2 * turns * eventsOfTurn;
  const sides = [quiet, loud] as const;
  // Both receivers have had the same runs: of this one, too, they begin at the same number.
  const within = { numbers: count, cold: 2 * eventsOfTurn };
  const [first = 0] = await Promise.all(sides.map(({ receiver }) => receiver.expect(expected, within)));
  const allHeard = Promise.all(sides.map(({ receiver }) => receiver.allHeard()));
  const [one, other] = begins === "quiet" ? [quiet, loud] : [loud, quiet];
  const { url, key } = one.carom;
  const inTurns = { url: other.carom.url, key: other.carom.key, events: eventsOfTurn };
  const load = { first, url, key, inTurns, batch: 1, connections: 64, ids: "none", name: "level_up" } as const;
  const { acknowledged } = await runLoad({ ...load, count, ratePerSecond, partners: receivers });
  if (acknowledged !== count) throw new Error(`accepted ${acknowledged} of ${count}`);
  await allHeard;
  return { quiet: await latencyAt(quiet, expected), loud: await latencyAt(loud, expected) };
};

const latencyAt = async ({ receiver }: Side, expected: number): Promise<Latency> => {
  const report = await receiver.report();
  reconcile(report, { count: expected });
  const { latencyUs } = report;
  return { p50Ms: latencyUs.p50 / 1000, p99Ms: latencyUs.p99 / 1000, maxMs: latencyUs.max / 1000 };
};
