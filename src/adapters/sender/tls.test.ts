import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createSecureServer } from "node:https";
import { createServer, type Server } from "node:net";
import { type TestContext, test } from "node:test";
import { systemClock } from "#src/adapters/system/system-clock.ts";
import { invariant } from "#src/core/invariant.ts";
import { askingSender } from "#test/support/asking-sender.ts";
import { openSender } from "./open-sender.ts";

const pem = (name: string): string =>
  readFileSync(new URL(`../../../test/support/fixtures/tls/${name}`, import.meta.url), "utf8");

const listening = async (context: TestContext, server: Server): Promise<string> => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => server.close());
  const address = server.address();
  invariant(typeof address === "object" && address !== null, "the server listens on a port");
  return `https://127.0.0.1:${address.port}/`;
};

const aSecureReceiver = (context: TestContext, certificate: string): Promise<string> => {
  const server = createSecureServer(
    { cert: pem(`${certificate}.pem`), key: pem(`${certificate}.key`), ALPNProtocols: ["h2", "http/1.1"] },
    (request, response) => response.end(`HTTP/${request.httpVersion}`),
  );
  context.after(() => server.closeAllConnections());
  return listening(context, server);
};

const asking = async (context: TestContext, extraAuthorities: readonly string[]) => {
  const sender = await openSender({
    clock: systemClock,
    threads: 1,
    settings: { allowedCidrs: ["127.0.0.0/8"], extraAuthorities },
  });
  context.after(() => sender.close(0));
  return askingSender(sender);
};

test("a receiver that the operator's authority vouches for is spoken to, in HTTP/1.1", async (context) => {
  const url = await aSecureReceiver(context, "receiver");
  const { ask } = await asking(context, [pem("authority.pem")]);
  for (const target of [url, url.replace("127.0.0.1", "localhost")]) {
    const { answer } = await ask(target);
    assert.equal(answer.kind === "response" && answer.body, "HTTP/1.1", JSON.stringify(answer));
  }
});

test("a certificate that nobody vouches for is not taken", async (context) => {
  const url = await aSecureReceiver(context, "receiver");
  const { ask } = await asking(context, []);
  const { answer } = await ask(url);
  assert.equal(answer.kind === "fault" && answer.fault, "tls_failed");
});

test("a certificate of another name is not taken, and the next order is told so too", async (context) => {
  const url = await aSecureReceiver(context, "elsewhere");
  const { ask } = await asking(context, [pem("authority.pem")]);
  const exchanges = await Promise.all([ask(url), ask(url), ask(url)]);
  for (const { answer } of exchanges) assert.equal(answer.kind === "fault" && answer.fault, "tls_failed");
});

const breaks: readonly (readonly [what: string, start: () => Server])[] = [
  [
    "answers in plain HTTP",
    () => createServer((socket) => socket.on("error", () => {}).end("HTTP/1.1 400 Bad\r\n\r\n")),
  ],
  ["cuts the handshake off", () => createServer((socket) => socket.once("data", () => socket.resetAndDestroy()))],
  ["closes at once", () => createServer((socket) => socket.end())],
];

for (const [what, start] of breaks) {
  test(`a secure port that ${what} is told as tls_failed`, async (context) => {
    const url = await listening(context, start());
    const { ask } = await asking(context, []);
    const { answer } = await ask(url);
    assert.equal(answer.kind === "fault" && answer.fault, "tls_failed", JSON.stringify(answer));
  });
}

test("a handshake that nobody answers ends at the deadline, as a connection that took too long", async (context) => {
  const url = await listening(
    context,
    createServer((socket) => {
      context.after(() => socket.destroy());
    }),
  );
  const { ask } = await asking(context, []);
  const { answer } = await ask(url, { timeoutMs: 300 });
  assert.equal(answer.kind === "fault" && answer.fault, "connect_timeout");
});
