import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { callRoute } from "#src/cli/call-route.ts";
import { connectByFolder } from "#src/cli/server-connection.ts";
import { catalogRoutes } from "#src/contract/catalog-contract.ts";
import { keyRoutes } from "#src/contract/keys-contract.ts";
import type { Environment } from "#src/main/config.ts";

/** A `carom serve` in a process of its own, with an app and a partner. */
export type BenchServer = {
  readonly url: string;
  readonly key: string;
  readonly close: () => Promise<void>;
};

export const benchApp = "com.example.bench";
export const benchEvent = "level_up";

const program = fileURLToPath(new URL("../bin.ts", import.meta.url));

/** With the defaults of all settings but for its place: what a new user gets. */
export const startBenchServer = async (start: {
  readonly folder: string;
  readonly receiverOrigin: string;
  readonly environment: Environment;
}): Promise<BenchServer> => {
  const { folder, receiverOrigin, environment } = start;
  const child = spawn(process.execPath, [program, "serve"], {
    env: {
      ...withoutSettings(environment),
      CAROM_DATA: folder,
      CAROM_PORT: "0",
      CAROM_LOG_FORMAT: "json",
      CAROM_ALLOWED_NETWORKS: "127.0.0.1/32",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  try {
    const url = await listeningUrl(child.stdout);
    return { url, key: await setUp(folder, receiverOrigin), close: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
};

const withoutSettings = (environment: Environment): Environment =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("CAROM_")));

const listeningUrl = async (output: Readable): Promise<string> => {
  const told: string[] = [];
  for await (const line of createInterface(output)) {
    told.push(line);
    const url = /"url":"(http:[^"]+)"/.exec(line)?.[1];
    if (url === undefined) continue;
    // Nobody reads on: what it logs later must not fill the pipe.
    output.resume();
    return url;
  }
  throw new Error(`the server ended before it listened:\n${told.join("\n")}`);
};

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
};

const query = "n={clickid}&event={partner_event_id}&device={advertising_id}&country={country_code}&campaign={campaign}";

const setUp = async (folder: string, receiverOrigin: string): Promise<string> => {
  const connection = connectByFolder(folder, new AbortController().signal);
  const template = { event_kind: "in_app_event", dialect: "carom", url: `${receiverOrigin}/?${query}` };
  const integration = {
    partner_id: "bench_int",
    active: true,
    in_app_postbacks: { active: true, window: "lifetime" },
    mappings: [{ event_name: benchEvent, partner_event: "level", send_for: "partner_only" }],
  };
  const catalog = {
    carom: 1,
    partners: [{ id: "bench_int", name: "Bench", limits: { in_flight_max: 512 }, templates: [template] }],
    apps: [
      {
        id: benchApp,
        name: "Bench",
        integrations: [integration],
      },
    ],
  };
  try {
    const applied = await callRoute(connection, catalogRoutes.changeCatalog, { body: catalog });
    if (applied.kind === "refused") throw new Error(JSON.stringify(applied.problem));
    const made = await callRoute(connection, keyRoutes.makeKey, {
      body: { kind: "ingest", name: "bench", app_id: benchApp },
    });
    if (made.kind === "refused") throw new Error(JSON.stringify(made.problem));
    return made.answer.key;
  } finally {
    connection.close();
  }
};
