import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { BenchLoad, type BenchWorld, type FullSpeed, type Latency } from "#src/cli/bench/bench-load.ts";
import { openBenchReceiver } from "#src/cli/bench/bench-receiver.ts";
import { startBenchServer } from "#src/cli/bench/bench-server.ts";
import type { CommandCall, RunCommand } from "#src/cli/command.ts";
import type { Terminal } from "#src/cli/terminal.ts";
import { textTable } from "#src/cli/text-table.ts";

const secondsDefault = 30;
const eventsPerSecond = 1_000;

export const runBench: RunCommand = async (call) => {
  const { given, terminal, environment, clock, interrupted } = call;
  const seconds = given.number("seconds") ?? secondsDefault;
  const folder = await mkdtemp(join(tmpdir(), "carom-bench-"));
  const receiver = await openBenchReceiver();
  try {
    const server = await startBenchServer({ folder, receiverOrigin: receiver.origin, environment });
    try {
      const figures = await measure({ server, receiver, clock, interrupted }, seconds * 1000, call);
      if (interrupted.aborted) return "failed";
      const result = { machine: machineText(), ...figures };
      if (given.flag("json")) terminal.print(JSON.stringify(wireOf(result)));
      else for (const line of linesOf(result, terminal)) terminal.print(line);
      return figures.missing === 0 ? "ok" : "failed";
    } finally {
      await server.close();
    }
  } finally {
    await receiver.close();
    await rm(folder, { recursive: true, force: true });
  }
};

type Figures = {
  readonly fullSpeed: FullSpeed;
  readonly latency: Latency;
  readonly accepted: number;
  readonly heard: number;
  readonly doubled: number;
  readonly missing: number;
};

/** A sixth of the time is for warming up: a program that has just started says nothing of a server. */
const measure = async (world: BenchWorld, totalMs: number, { terminal }: CommandCall): Promise<Figures> => {
  const load = new BenchLoad(world);
  const tell = (what: string): void => terminal.redraw(terminal.paint("faint", what));
  tell("warming up …");
  await load.fullSpeed(totalMs / 6);
  tell("batches of 100 as fast as they go …");
  const fullSpeed = await load.fullSpeed(totalMs / 2);
  tell(`${eventsPerSecond.toLocaleString("en")} single events a second …`);
  const latency = await load.latencyAt(eventsPerSecond, totalMs / 3);
  terminal.redraw("");
  load.close();
  const heard = world.receiver.distinct();
  const { accepted } = load;
  return { fullSpeed, latency, accepted, heard, doubled: world.receiver.doubled(), missing: accepted - heard };
};

type Result = Figures & { readonly machine: string };

const machineText = (): string => {
  const [cpu] = cpus();
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${cpu?.model.trim()}, ${gibibytes} GiB, ${process.platform}, Node ${process.version}`;
};

const linesOf = (result: Result, terminal: Terminal): readonly string[] => {
  const { fullSpeed, latency, accepted, heard, doubled, missing } = result;
  const whole = (value: number): string => terminal.paint("strong", Math.round(value).toLocaleString("en"));
  const ms = (value: number): string => terminal.paint("strong", `${value.toFixed(1)} ms`);
  const isWhole = missing === 0;
  return [
    "",
    ...textTable([
      ["machine", result.machine],
      ["work", "1 app, 1 partner, 1 match each, GET with 5 macros, no event_id; every write synced"],
      ["accepted", `${whole(fullSpeed.acceptedPerSecond)}/s  in batches of 100 over 8 connections`],
      ["delivered", `${whole(fullSpeed.deliveredPerSecond)}/s  until the last postback was heard`],
      ["latency p50", `${ms(latency.p50Ms)}  at ${eventsPerSecond.toLocaleString("en")} single events a second`],
      ["latency p99", `${ms(latency.p99Ms)}  from when an event was due to when its postback was heard`],
      [
        "reconciled",
        `${terminal.paint(isWhole ? "good" : "bad", isWhole ? "✓" : `✗ ${missing} missing:`)} ${accepted.toLocaleString("en")} accepted, ${heard.toLocaleString("en")} heard, ${doubled} doubled`,
      ],
    ]).map((line) => `  ${line}`),
    "",
    terminal.paint(
      "faint",
      "  Load, server and receiver share this machine. One run says little: repeat it, and see bench/README.md.",
    ),
    "",
  ];
};

const wireOf = ({ machine, fullSpeed, latency, accepted, heard, doubled, missing }: Result) => ({
  machine,
  accepted_per_second: Math.round(fullSpeed.acceptedPerSecond),
  delivered_per_second: Math.round(fullSpeed.deliveredPerSecond),
  latency_p50_ms: latency.p50Ms,
  latency_p99_ms: latency.p99Ms,
  accepted,
  heard,
  doubled,
  missing,
});
