import { createServer, type IncomingMessage } from "node:http";

/** One request as the demo partner heard it. */
export type HeardPostback = {
  readonly postbackId: string;
  readonly attempt: number;
  readonly method: string;
  /** Path and query, as they stood in the request line. */
  readonly target: string;
  readonly body: string;
  readonly heardAt: number;
};

export type DemoReceiver = {
  /** `http://127.0.0.1:40123` */
  readonly origin: string;
  readonly address: string;
  readonly heard: readonly HeardPostback[];
  /** Called for each postback as it comes, until the answer is called. */
  readonly onHeard: (listener: () => void) => () => void;
  readonly close: () => Promise<void>;
};

const bodyBytesMax = 65_536;

/** A partner's endpoint on this machine: it takes everything, says `{"status":"ok"}` and remembers what it heard. */
export const openDemoReceiver = async (): Promise<DemoReceiver> => {
  const heard: HeardPostback[] = [];
  const listeners = new Set<() => void>();
  const address = "127.0.0.1";
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      response.writeHead(200, { "content-type": "application/json" }).end('{"status":"ok"}');
      const postback = {
        postbackId: headerText(request, "carom-postback-id"),
        attempt: Number(headerText(request, "carom-attempt") || "1"),
        method: request.method ?? "",
        target: request.url ?? "",
        body,
        heardAt: Date.now(),
      };
      heard.push(postback);
      for (const listener of [...listeners]) listener();
    });
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, address, () => {
      const bound = server.address();
      if (bound === null || typeof bound === "string") reject(new Error("the demo receiver has no port"));
      else resolve(bound.port);
    });
  });
  return {
    origin: `http://${address}:${port}`,
    address,
    heard,
    onHeard: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const readBody = async (request: IncomingMessage): Promise<string> => {
  let text = "";
  request.setEncoding("utf8");
  for await (const chunk of request) if (text.length < bodyBytesMax) text += String(chunk);
  return text;
};

const headerText = (request: IncomingMessage, name: string): string => {
  const value = request.headers[name];
  return typeof value === "string" ? value : "";
};
