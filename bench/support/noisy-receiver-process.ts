/** The receivers that are bad neighbours: the hostile one of the tests, whose path says how, and one that only answers 500. */
import { createServer } from "node:http";
import { startHostileReceiver } from "../../test/support/hostile-receiver.ts";

const hostile = await startHostileReceiver();
const broken = createServer((_request, response) => {
  response.writeHead(500).end();
});
broken.listen(0, "127.0.0.1", () => {
  const address = broken.address();
  const brokenPort = address !== null && typeof address === "object" ? address.port : 0;
  process.send?.({ kind: "listening", port: hostile.port, brokenPort });
});
