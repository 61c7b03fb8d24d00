import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { callRoute } from "#src/cli/call-route.ts";
import type { CommandCall, RunCommand } from "#src/cli/command.ts";
import type { Exit } from "#src/cli/exit-codes.ts";
import { openFollower } from "#src/cli/follow.ts";
import { type DemoOutcome, outcomesOf } from "#src/cli/quickstart/demo-event.ts";
import { demoLines } from "#src/cli/quickstart/demo-lines.ts";
import { type DemoReceiver, openDemoReceiver } from "#src/cli/quickstart/demo-receiver.ts";
import { demoApp, setUpDemo } from "#src/cli/quickstart/demo-server.ts";
import { demoDevice, type SampleEvent, sampleEvents } from "#src/cli/quickstart/sample-events.ts";
import { connectByFolder, connectByUrl, type ServerConnection } from "#src/cli/server-connection.ts";
import { tellProblem } from "#src/cli/tell-problem.ts";
import { textTable } from "#src/cli/text-table.ts";
import { waitFor } from "#src/cli/waiting.ts";
import { eventRoutes } from "#src/contract/events-contract.ts";
import { readConfig } from "#src/main/config.ts";
import { openLog } from "#src/main/log.ts";
import { isPortFree } from "#src/main/port-probe.ts";
import { type Standalone, startStandalone } from "#src/main/standalone.ts";

const host = "127.0.0.1";
const lookEveryMs = 300;

export const runQuickstart: RunCommand = async (call) => {
  const { given, terminal } = call;
  const named = given.text("data");
  const folder = named ?? (await mkdtemp(join(tmpdir(), "carom-quickstart-")));
  const receiver = await openDemoReceiver();
  try {
    const server = await startDemoServer(call, folder, receiver);
    if (server === null) return "usage";
    const connection = connectByFolder(folder, new AbortController().signal);
    try {
      return await runDemo({ call, server, receiver, connection, folder, isTemporary: named === null });
    } finally {
      connection.close();
      await server.close();
    }
  } finally {
    await receiver.close();
    if (named === null) await rm(folder, { recursive: true, force: true });
    if (call.interrupted.aborted) terminal.tell(terminal.paint("faint", "\nStopped, and cleaned up."));
  }
};

type Demo = {
  readonly call: CommandCall;
  readonly server: Standalone;
  readonly receiver: DemoReceiver;
  /** The socket of the folder: reading needs no key there. */
  readonly connection: ServerConnection;
  readonly folder: string;
  readonly isTemporary: boolean;
};

/** The environment is left out: a demo is the same for everybody. */
const startDemoServer = async (
  call: CommandCall,
  folder: string,
  receiver: DemoReceiver,
): Promise<Standalone | null> => {
  const { given, terminal } = call;
  const wanted = given.number("port");
  const port = wanted ?? ((await isPortFree(host, 8080)) ? 8080 : 0);
  const allowedNetworks = `${receiver.address}/32`;
  const reading = readConfig({}, { data: folder, host, port: String(port), allowedNetworks, logLevel: "warn" });
  if (reading.kind === "refused") {
    for (const problem of reading.problems) terminal.tell(`carom quickstart: ${problem}`);
    return null;
  }
  const log = openLog({ level: "warn", format: "text", output: { write: (text) => terminal.tell(text.trimEnd()) } });
  return await startStandalone({ config: reading.config, log });
};

const runDemo = async (demo: Demo): Promise<Exit> => {
  const { call, receiver, connection } = demo;
  const { terminal, given, interrupted } = call;
  const ready = await setUpDemo(connection, receiver.origin);
  if (ready.kind === "refused") return tellProblem(terminal, ready.problem, "examples/quickstart.yaml");
  if (ready.kind === "occupied") {
    terminal.tell(
      `${terminal.paint("bad", "error")}  the folder ${demo.folder} holds a configuration of its own; leave --data out, or name another folder`,
    );
    return "failed";
  }
  const isJson = given.flag("json");
  if (!isJson) for (const line of headLines(demo)) terminal.print(line);
  const tally = await sendSamples(demo, ready.keys);
  if (interrupted.aborted) return "ok";
  if (!isJson) for (const line of tailLines(demo, ready.keys.get(demoApp) ?? "", tally)) terminal.print(line);
  if (given.flag("exit")) return tally.unexpected === 0 ? "ok" : "failed";
  if (tally.unexpected > 0)
    terminal.tell(terminal.paint("bad", `${tally.unexpected} samples did not do what they should.`));
  await showWhatComes(demo);
  return "ok";
};

const headLines = ({ server, receiver, folder, isTemporary, call: { terminal } }: Demo): readonly string[] => [
  "",
  `  ${terminal.paint("strong", "Carom quickstart")}`,
  "",
  ...textTable([
    ["server", terminal.paint("name", server.url)],
    ["data", `${folder}${isTemporary ? terminal.paint("faint", "  (removed at the end)") : ""}`],
    [
      "partner",
      `${terminal.paint("name", receiver.origin)}${terminal.paint("faint", "  a receiver in this process stands in for it")}`,
    ],
    ["guard", `private addresses are refused, but for this receiver's own: ${receiver.address}`],
    ["setup", "examples/quickstart.yaml"],
  ]).map((line) => `  ${line}`),
  "",
  `  Sample events go in over HTTP. Beside each: what the partner heard, or why it heard nothing.`,
  "",
];

type DemoTally = { events: number; heard: number; skipped: number; unexpected: number; lastId: string };

const sendSamples = async (demo: Demo, keys: ReadonlyMap<string, string>): Promise<DemoTally> => {
  const { call, server } = demo;
  const tally: DemoTally = { events: 0, heard: 0, skipped: 0, unexpected: 0, lastId: "" };
  // An ingest key speaks for one app.
  const intakes = new Map([...keys].map(([app, key]) => [app, connectByUrl(server.url, key, call.interrupted)]));
  try {
    for (const sample of sampleEvents(call.clock.now())) {
      const intake = intakes.get(sample.event.app_id);
      if (call.interrupted.aborted || intake === undefined) break;
      await sendSample(demo, intake, { sample, tally });
    }
  } finally {
    for (const intake of intakes.values()) intake.close();
  }
  return tally;
};

const sendSample = async (
  demo: Demo,
  intake: ServerConnection,
  { sample, tally }: { readonly sample: SampleEvent; readonly tally: DemoTally },
): Promise<void> => {
  const { terminal, given, clock } = demo.call;
  const sentAt = clock.now();
  const sent = await callRoute(intake, eventRoutes.sendEvents, { body: sample.event });
  const id = sent.kind === "refused" ? "" : (sent.answer.ids[0] ?? "");
  // What was decided is not an ingest key's to read: it may ship inside an app.
  const stored =
    sent.kind === "refused" ? sent : await callRoute(demo.connection, eventRoutes.readEvent, { params: { id } });
  if (stored.kind === "refused") {
    tellProblem(terminal, stored.problem);
    tally.unexpected += 1;
    return;
  }
  const { decisions } = stored.answer;
  const outcomes = await outcomesOf({ id, decisions }, { ...demo, clock });
  const isExpected = outcomes.map(codeOf).join() === sample.expected.join();
  tally.events += 1;
  tally.heard += outcomes.filter((outcome) => outcome.kind === "heard").length;
  tally.skipped += outcomes.filter((outcome) => outcome.kind === "skipped").length;
  tally.unexpected += isExpected ? 0 : 1;
  if (outcomes.every((outcome) => outcome.kind === "skipped")) tally.lastId = id;
  if (given.flag("json")) {
    terminal.print(JSON.stringify({ title: sample.title, id, event: sample.event, outcomes, as_expected: isExpected }));
    return;
  }
  const shown = { label: String(tally.events), title: sample.title, event: eventWords(sample.event), outcomes, sentAt };
  for (const line of demoLines(shown, terminal)) terminal.print(line);
  if (!isExpected) terminal.tell(terminal.paint("bad", `     expected ${sample.expected.join(", ")}`));
};

/** What a curl line would have to say, without the ids. */
const eventWords = ({ event_name: name, ...event }: SampleEvent["event"]): string => {
  const told = event.event_value ?? event.context ?? event.message;
  return told === undefined ? `${name}, media_source ${event.media_source}` : `${name} ${JSON.stringify(told)}`;
};

const codeOf = (outcome: DemoOutcome): string => {
  switch (outcome.kind) {
    case "heard":
      return "match";
    case "not_heard":
      return "not_heard";
    case "skipped":
      return outcome.reason;
  }
};

const tailLines = (demo: Demo, key: string, tally: DemoTally): readonly string[] => {
  const { call, server, folder } = demo;
  const { terminal, given } = call;
  const sum = `  ${terminal.paint("strong", `${tally.events} events, ${tally.heard} postbacks heard, ${tally.skipped} skips, each with its reason.`)}`;
  if (given.flag("exit")) return [sum, ""];
  return [
    sum,
    "",
    "  It stays up until Ctrl-C and shows what comes in. In another terminal:",
    "",
    `${curlLine(server.url, key)}`,
    "",
    "  and, in this folder, why the last one of them that went nowhere did not, with every step:",
    "",
    `npx carom explain ${tally.lastId} --all --data ${folder}`,
    "",
  ];
};

/** One line that works as it stands in any POSIX shell. */
const curlLine = (url: string, key: string): string => {
  const event = { app_id: demoApp, event_name: "level_up", event_value: { level: 5 }, advertising_id: demoDevice };
  return `curl -sS '${url}/v1/events' -H 'authorization: Bearer ${key}' -H 'content-type: application/json' -d '${JSON.stringify(event)}'`;
};

const showWhatComes = async (demo: Demo): Promise<void> => {
  const { call, connection } = demo;
  const { terminal, clock, interrupted } = call;
  const follower = openFollower(connection, { app_id: null, partner_id: null }, 0);
  while (!interrupted.aborted) {
    const news = await follower.look();
    if ("status" in news) {
      tellProblem(terminal, news);
      return;
    }
    for (const followed of news) {
      if (followed.kind !== "event") continue;
      const { event } = followed;
      const outcomes = await outcomesOf(event, { ...demo, clock });
      const shown = {
        label: ">",
        title: `${event.event_name} of ${event.app_id}`,
        event: "",
        outcomes,
        sentAt: Date.parse(event.received_at),
      };
      for (const line of demoLines(shown, terminal)) terminal.print(line);
    }
    await waitFor(clock, lookEveryMs, interrupted);
  }
};
