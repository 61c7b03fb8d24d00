import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** A real `carom serve` in a process of its own, on loopback, in a folder of its own. */
export type CaromProcess = {
  readonly url: string;
  readonly folder: string;
  readonly pid: number;
  /** Milliseconds from spawn until it listens. */
  readonly startMs: number;
  /** What it has logged so far. */
  readonly log: () => string;
  /** Speaks to it through the socket in its folder, as the command line does. */
  readonly local: (call: LocalCall) => Promise<LocalAnswer>;
  readonly kill: (signal: NodeJS.Signals) => Promise<number | null>;
  readonly exited: Promise<number | null>;
};
export type LocalCall = { readonly method: string; readonly path: string; readonly body?: unknown };
export type LocalAnswer = { readonly status: number; readonly text: string };

export type CaromOptions = {
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Put before `node …`: `strace -f …`. */
  readonly wrapper?: readonly string[];
  /** The checkout whose program is run; by default this one. */
  readonly checkout?: string;
  /** Leaves the socket of another that runs in the folder; by default one that a kill left is taken away. */
  readonly keepSocket?: boolean;
};

export const temporaryFolder = (): { readonly path: string; readonly remove: () => void } => {
  const path = mkdtempSync(join(tmpdir(), "carom-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
};

const repository = new URL("../../", import.meta.url).pathname;

const callLocal = (folder: string, call: LocalCall): Promise<LocalAnswer> =>
  new Promise((resolve, reject) => {
    const body = call.body === undefined ? null : JSON.stringify(call.body);
    const request = httpRequest(
      {
        socketPath: join(folder, "carom.sock"),
        path: call.path,
        method: call.method,
        headers: body === null ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
        response.on("error", reject);
      },
    );
    request.on("error", reject);
    request.end(body);
  });

/** A test that fails may leave its server behind: it keeps nobody from ending (`letGo`), and ends with the file's run. */
const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

const letGo = (child: ChildProcess): void => {
  child.unref();
  for (const pipe of [child.stdout, child.stderr]) if (pipe instanceof Socket) pipe.unref();
};

const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) =>
    child.once("exit", (code) => {
      running.delete(child);
      resolve(code);
    }),
  );

/** Starts it, and resolves when it listens on both doors; throws with its log when it ends before. */
export const startCaromProcess = async (options: CaromOptions): Promise<CaromProcess> => {
  const startedAt = performance.now();
  const { child, log, exited } = spawnCarom(options);
  let url: string | undefined;
  while (url === undefined || !existsSync(join(options.folder, "carom.sock"))) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`carom serve ended before it listened:\n${log()}`);
    await delay(2);
    url = /http:\/\/127\.0\.0\.1:\d+/.exec(log())?.[0];
  }
  letGo(child);
  return {
    url,
    folder: options.folder,
    pid: child.pid ?? 0,
    startMs: performance.now() - startedAt,
    log,
    local: (call) => callLocal(options.folder, call),
    kill: (signal) => {
      child.ref();
      child.kill(signal);
      return exited;
    },
    exited,
  };
};

/** Starts it and kills it `afterMs` later, wherever its start or its recovery is by then. */
export const killCaromAtStart = async (options: CaromOptions, afterMs: number): Promise<void> => {
  const { child, exited } = spawnCarom(options);
  await delay(afterMs);
  child.kill("SIGKILL");
  await exited;
};

type SpawnedCarom = {
  readonly child: ChildProcess;
  readonly log: () => string;
  readonly exited: Promise<number | null>;
};

const spawnCarom = (options: CaromOptions): SpawnedCarom => {
  if (options.keepSocket !== true) rmSync(join(options.folder, "carom.sock"), { force: true });
  const program = join(options.checkout ?? repository, "src/cli/bin.ts");
  const [command = process.execPath, ...args] = [...(options.wrapper ?? []), process.execPath, program, "serve"];
  const child = spawn(command, args, {
    env: {
      ...process.env,
      CAROM_DATA: options.folder,
      CAROM_PORT: "0",
      CAROM_ALLOWED_NETWORKS: "127.0.0.0/8",
      ...options.environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let log = "";
  const keep = (chunk: Buffer): void => {
    log += chunk.toString();
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  return { child, log: () => log, exited: exitOf(child) };
};

/** Applies a catalog, which must be taken. */
export const applyCatalog = async (carom: CaromProcess, catalog: object): Promise<void> => {
  const { status, text } = await carom.local({ method: "PUT", path: "/v1/catalog", body: catalog });
  if (status !== 200) throw new Error(`the catalog was refused: ${status} ${text}`);
};

/** The figures of `/metrics`, by name with their labels. */
export const readMetrics = async (carom: CaromProcess): Promise<ReadonlyMap<string, number>> => {
  const { text } = await carom.local({ method: "GET", path: "/metrics" });
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(" ");
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
};

/** Bytes of memory that the process holds. */
export const residentBytes = async (carom: CaromProcess): Promise<number> =>
  (await readMetrics(carom)).get("process_resident_memory_bytes") ?? Number.NaN;

/** Makes a key and answers its secret. */
export const makeKey = async (
  carom: CaromProcess,
  key: { readonly kind: string; readonly app_id?: string },
): Promise<string> => {
  const { status, text } = await carom.local({ method: "POST", path: "/v1/keys", body: { name: "test", ...key } });
  if (status !== 201) throw new Error(`no key was made: ${status} ${text}`);
  const made: { readonly key: string } = JSON.parse(text);
  return made.key;
};
