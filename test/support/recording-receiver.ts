import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { invariant } from "#src/core/invariant.ts";

/** One request as the receiver heard it. */
export type HeardRequest = {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** Flat pairs as they came, names in their own case. */
  readonly rawHeaders: readonly string[];
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** Numbers the connections from 1, so that their reuse can be counted. */
  readonly connection: number;
};

export type ReceiverAnswer = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
};

/** What a receiver does with a request; a promise answers later, null never answers. */
export type ReceiverScript = (
  heard: HeardRequest,
  number: number,
) => ReceiverAnswer | null | Promise<ReceiverAnswer | null>;

export type RecordingReceiver = {
  /** `http://127.0.0.1:<port>`, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** Everything heard so far, in order. */
  readonly heard: readonly HeardRequest[];
  /** Resolves when so many requests have been heard. */
  readonly waitFor: (count: number) => Promise<void>;
  readonly script: (script: ReceiverScript) => void;
  readonly close: () => Promise<void>;
};

/** A receiver on this machine that records what it hears and answers 200, or by its script. */
export const startRecordingReceiver = async (script: ReceiverScript = () => ({})): Promise<RecordingReceiver> => {
  const heard: HeardRequest[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const connections = new Map<unknown, number>();
  let answerOf = script;

  const numberOf = (socket: unknown): number => {
    const number = connections.get(socket) ?? connections.size + 1;
    connections.set(socket, number);
    return number;
  };

  const record = (request: HeardRequest): void => {
    heard.push(request);
    for (const waiter of waiting) if (heard.length >= waiter.count) waiter.resolve();
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const received: HeardRequest = {
      method: request.method ?? "",
      url: request.url ?? "",
      rawHeaders: request.rawHeaders,
      headers: request.headers,
      body: Buffer.concat(chunks).toString("utf8"),
      connection: numberOf(request.socket),
    };
    record(received);
    const answer = await answerOf(received, heard.length);
    if (answer === null) return;
    response.writeHead(answer.status ?? 200, { ...answer.headers });
    response.end(answer.body ?? "");
  };

  const server = createServer((request, response) => {
    // A sender that is killed in the middle of its request is no news to a receiver.
    handle(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  invariant(typeof address === "object" && address !== null, "the receiver listens on a port");

  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    heard,
    waitFor: (count) =>
      new Promise((resolve) => {
        if (heard.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    script: (given) => {
      answerOf = given;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};
