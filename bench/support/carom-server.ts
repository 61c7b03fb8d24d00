import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "undici";

export type CaromServer = {
  readonly url: string;
  readonly key: string;
  readonly folder: string;
  /** Milliseconds from spawn to the first answered request. */
  readonly startMs: number;
  readonly metrics: () => Promise<string>;
  readonly residentBytes: () => number;
  readonly end: () => Promise<void>;
};

/** One app, one partner; the in-app template has 12 macros. `n` and `t` are read by the bench's receiver. */
export const benchCatalog = (receiverUrl: string): object => ({
  carom: 1,
  partners: [
    {
      id: "examplenetwork_int",
      name: "Example Network",
      kind: "ad_network",
      limits: { in_flight: 512 },
      templates: [
        {
          event_kind: "in_app_event",
          dialect: "appsflyer",
          method: "GET",
          url: `${receiverUrl}/postback?n=(clickid)&t=(af_siteid)&pid=(media_source)&event=(mapped-iae)&advertising_id=(advertiserId)&install_time=(install-unix-ts)&country=(country_code)&os=(os-version)&device=(device-model)&c=(campaign)&v=(app-version-name)&lang=(language)`,
        },
      ],
    },
  ],
  apps: [
    {
      id: "com.example.game",
      name: "Example Game",
      integrations: [
        {
          partner: "examplenetwork_int",
          active: true,
          install_postbacks: "off",
          in_app_postbacks: { active: true, window: "lifetime", mapping_method: "free_text" },
          mappings: [{ event_name: "level_up", partner_event: "lvl", send_for: "partner_only" }],
        },
      ],
    },
  ],
});

const program = new URL("../../src/cli/bin.ts", import.meta.url).pathname;

type LocalCall = { readonly path: string; readonly method: "PUT" | "POST" | "GET"; readonly body: object | null };

const local = async (folder: string, { path, method, body }: LocalCall): Promise<string> => {
  const client = new Client("http://localhost", { socketPath: join(folder, "carom.sock") });
  const answer = await client.request({
    path,
    method,
    headers: { "content-type": "application/json" },
    body: body === null ? null : JSON.stringify(body),
  });
  const text = await answer.body.text();
  await client.close();
  if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
  return text;
};

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => (child.exitCode === null ? child.once("exit", () => resolve()) : resolve()));

export const startCarom = async (options: {
  readonly catalog: object;
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
}): Promise<CaromServer> => {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "carom-bench-"));
  const startedAt = performance.now();
  const child = spawn(process.execPath, [program, "serve"], {
    env: {
      ...process.env,
      CAROM_DATA: folder,
      CAROM_PORT: "0",
      CAROM_ALLOWED_NETWORKS: "127.0.0.0/8",
      CAROM_LOG_LEVEL: "info",
      ...options.environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout?.pipe(createWriteStream(join(folder, "bench-stdout.log")));
  child.stderr?.pipe(createWriteStream(join(folder, "bench-stderr.log")));
  let url = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    url ||= /http:\/\/127\.0\.0\.1:\d+/.exec(chunk.toString())?.[0] ?? "";
  });
  while (url === "" || !existsSync(join(folder, "carom.sock"))) {
    if (child.exitCode !== null)
      throw new Error(`carom ended: ${readFileSync(join(folder, "bench-stderr.log"), "utf8")}`);
    await delay(2);
  }
  const startMs = performance.now() - startedAt;
  await local(folder, { path: "/v1/catalog", method: "PUT", body: options.catalog });
  const made: { key: string } = JSON.parse(
    await local(folder, {
      path: "/v1/keys",
      method: "POST",
      body: { kind: "ingest", app_id: "com.example.game", name: "bench" },
    }),
  );
  return {
    url,
    key: made.key,
    folder,
    startMs,
    metrics: () => local(folder, { path: "/metrics", method: "GET", body: null }),
    residentBytes: () => {
      const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1];
      return Number(kib) * 1024;
    },
    end: async () => {
      child.kill("SIGTERM");
      await ended(child);
      if (options.folder === undefined) rmSync(folder, { recursive: true });
    },
  };
};
