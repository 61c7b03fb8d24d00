import { createServer, type IncomingHttpHeaders } from "node:http";

export type HeardRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};
export type ScriptedAnswer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
};

/** An HTTP server on loopback, or on a socket, whose answers are a function of the request and of how many came before. */
export const openScriptedServer = async (
  answer: (request: HeardRequest, earlier: number) => ScriptedAnswer,
  socketPath?: string,
): Promise<{ readonly url: string; readonly heard: readonly HeardRequest[]; readonly close: () => Promise<void> }> => {
  const heard: HeardRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      const one = { method: request.method ?? "", path: request.url ?? "", headers: request.headers, body };
      const { status, headers, body: answered } = answer(one, heard.length);
      heard.push(one);
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(typeof answered === "string" ? answered : JSON.stringify(answered));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socketPath === undefined ? { port: 0, host: "127.0.0.1" } : { path: socketPath }, resolve);
  });
  const address = server.address();
  return {
    url: typeof address === "object" && address !== null ? `http://127.0.0.1:${address.port}` : "",
    heard,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
