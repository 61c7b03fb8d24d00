import { createServer } from "node:http";

/**
 * The least intake that takes what Carom takes: a JSON array of events in a POST, answered 202 when
 * `take` says that it is durable. It checks nothing and knows no keys. Answers its URL.
 */
export const listenForBatches = (take: (events: readonly Record<string, string>[]) => Promise<void>): Promise<string> =>
  new Promise((resolve) => {
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      await take(JSON.parse(Buffer.concat(chunks).toString()));
      response.writeHead(202, { "content-type": "application/json" }).end('{"accepted":true}');
    });
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}`);
    });
  });
