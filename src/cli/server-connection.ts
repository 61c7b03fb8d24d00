import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { type Environment, readClientEnvironment, readConfig } from "#src/main/config.ts";
import { localSocketPath } from "#src/main/local-socket.ts";
import type { CommandCall, CommandClock } from "./command.ts";
import { askStartingServer, type Patience } from "./starting-server.ts";

export type ServerRequest = {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | null>>;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Uint8Array;
};
export type ServerAnswer = {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
};

export type ServerConnection = {
  /** As people would name it: an address, or the folder. */
  readonly name: string;
  /** Throws `ServerUnreachable` where nobody answers; every answer, good or bad, is returned. */
  readonly request: (request: ServerRequest) => Promise<ServerAnswer>;
  readonly close: () => void;
};

export class ServerUnreachable extends Error {
  override readonly name = "ServerUnreachable";
}

/** The command line and the environment name two servers, or a key for none: what was meant is not guessed. */
export class ServerUnclear extends Error {
  override readonly name = "ServerUnclear";
}

/** The server that a command means: `--url`, else `--data`, else CAROM_URL, else the folder of the settings. */
export const connectToServer = (
  call: Pick<CommandCall, "given" | "environment" | "interrupted"> & { readonly clock?: CommandClock },
): ServerConnection => {
  const { given, environment, interrupted, clock } = call;
  if (given.text("url") !== null && given.text("data") !== null)
    throw new ServerUnclear("--url and --data name two servers; give one of them");
  const url = serverUrl(call);
  if (url === null && given.text("key") !== null)
    throw new ServerUnclear(
      "--key is for a server at an address, and none is named: add --url or set CAROM_URL; the socket of a data folder takes no key",
    );
  if (url !== null) return connectByUrl(url, given.text("key") ?? readClientEnvironment(environment).key, interrupted);
  return connectByFolder(dataFolder(environment, given.text("data")), interrupted, clock);
};

/**
 * For what only the machine of the server does: the folder of `--data`, else of the settings. Where CAROM_URL names a
 * server elsewhere, the settings' folder may be another server's, and is not touched unasked.
 */
export const connectOnThisMachine = (call: CommandCall): ServerConnection => {
  const { given, environment, interrupted, clock } = call;
  const { url } = readClientEnvironment(environment);
  const folder = dataFolder(environment, given.text("data"));
  if (url !== null && given.text("data") === null)
    throw new ServerUnclear(
      `CAROM_URL is set to ${url}, and this is done only on the server's own machine, through its data folder: run it there with --data <folder>; for the folder here add --data ${folder}, or unset CAROM_URL`,
    );
  return connectByFolder(folder, interrupted, clock);
};

/** Where the server is asked that a command means, or null where it is asked through its folder. */
export const serverUrl = ({ given, environment }: Pick<CommandCall, "given" | "environment">): string | null =>
  given.text("url") ?? (given.text("data") === null ? readClientEnvironment(environment).url : null);

export const dataFolder = (environment: Environment, override: string | null): string => {
  const reading = readConfig(environment, override === null ? {} : { data: override });
  return (reading.kind === "read" ? reading.config : reading.rest).data;
};

/** With a clock, the first request waits for a server that is starting. */
export const connectByFolder = (folder: string, interrupted: AbortSignal, clock?: CommandClock): ServerConnection => {
  const agent = new Agent({ keepAlive: true });
  const socketPath = localSocketPath(folder);
  let patience: Patience | null = clock === undefined ? null : { clock, interrupted };
  return {
    name: folder,
    request: async (request) => {
      const ask = () => exchange({ agent, socketPath, headers: {}, path: request.path, interrupted }, request);
      try {
        return await (patience === null ? ask() : askStartingServer(folder, ask, patience));
      } catch (error) {
        throw unreachable(
          error,
          `no server runs on the folder ${folder}; start one with \`carom serve --data ${folder}\`, or name one with --url`,
        );
      } finally {
        patience = null;
      }
    },
    close: () => agent.destroy(),
  };
};

export const connectByUrl = (text: string, key: string | null, interrupted: AbortSignal): ServerConnection => {
  if (!URL.canParse(text))
    throw new ServerUnreachable(`--url: "${text}" is not an address such as http://127.0.0.1:8080`);
  const url = new URL(text);
  const agent = new Agent({ keepAlive: true });
  const headers: OutgoingHttpHeaders = key === null ? {} : { authorization: `Bearer ${key}` };
  const prefix = url.pathname.replace(/\/$/, "");
  return {
    name: url.origin,
    request: (request) => {
      const target = { ...(url.protocol === "https:" ? { url } : { agent, url }), headers, interrupted };
      return exchange({ ...target, path: `${prefix}${request.path}` }, request).catch((error: unknown) => {
        throw unreachable(error, `${url.origin} does not answer`);
      });
    },
    close: () => agent.destroy(),
  };
};

type Target = {
  readonly url?: URL;
  readonly socketPath?: string;
  readonly agent?: Agent;
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly interrupted: AbortSignal;
};

const exchange = (target: Target, request: ServerRequest): Promise<ServerAnswer> =>
  new Promise((resolve, reject) => {
    const start = target.url?.protocol === "https:" ? requestHttps : requestHttp;
    const outgoing = start({
      method: request.method,
      path: `${target.path}${queryText(request.query ?? {})}`,
      headers: { ...target.headers, ...bodyHeaders(request), ...request.headers },
      signal: target.interrupted,
      ...(target.agent === undefined ? {} : { agent: target.agent }),
      ...(target.socketPath === undefined ? {} : { socketPath: target.socketPath }),
      ...(target.url === undefined ? {} : { hostname: target.url.hostname, port: target.url.port }),
    });
    outgoing.on("error", reject);
    outgoing.on("response", (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text });
      });
    });
    outgoing.end(request.body);
  });

const bodyHeaders = (request: ServerRequest): OutgoingHttpHeaders =>
  request.body === undefined
    ? {}
    : { "content-type": "application/json", "content-length": Buffer.byteLength(request.body) };

const queryText = (query: NonNullable<ServerRequest["query"]>): string => {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== null) parameters.set(name, String(value));
  return parameters.size === 0 ? "" : `?${parameters}`;
};

const absentCodes = new Set(["ECONNREFUSED", "ENOENT", "EACCES", "ENOTSOCK"]);

const unreachable = (error: unknown, sentence: string): ServerUnreachable => {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return new ServerUnreachable(sentence, absentCodes.has(code) ? undefined : { cause: error });
};
