import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Server } from "node:net";
import { type TestContext, test } from "node:test";
import { systemClock } from "#src/adapters/system/system-clock.ts";
import type { Exchange } from "#src/core/postbacks/attempt.ts";
import { askingSender } from "#test/support/asking-sender.ts";
import { insideUrls } from "#test/support/inside-urls.ts";
import { type NameAnswer, startNameServer } from "#test/support/name-server.ts";
import { openSender } from "./open-sender.ts";
import type { SenderSettings } from "./sender-settings.ts";

/** Counts who connects, and says nothing. */
const aTrap = async (context: TestContext, host: string, port: number) => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  server.listen(port, host);
  await once(server, "listening");
  context.after(() => server.close());
  return { port: portOf(server), connections: () => connections };
};

const portOf = (server: Server): number => {
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  return address.port;
};

/** Answers 200 and closes, so that the next request connects again. */
const aClosingReceiver = async (context: TestContext, host: string): Promise<{ port: number; heard: () => number }> => {
  let heard = 0;
  const server: Server = createHttpServer((_request, response) => {
    heard += 1;
    response.setHeader("connection", "close");
    response.end("ok");
  });
  server.listen(0, host);
  await once(server, "listening");
  context.after(() => server.close());
  return { port: portOf(server), heard: () => heard };
};

const aSender = async (context: TestContext, settings: Partial<SenderSettings>) => {
  const sender = await openSender({
    clock: systemClock,
    threads: 1,
    settings: { hostsFile: null, lookupTimeoutMs: 1_000, connectTimeoutMs: 2_000, ...settings },
  });
  context.after(() => sender.close(0));
  return askingSender(sender);
};

const refusalOf = ({ answer }: Exchange): string | null => (answer.kind === "fault" ? answer.fault : null);

test("no way of writing an address inside connects to it, whichever port it names", async (context) => {
  const { port, connections } = await aTrap(context, "127.0.0.1", 0);
  const asking = await aSender(context, {});
  for (const url of insideUrls) {
    for (const one of [url, url.replace(/(?<=[\w\]])(?::\d+)?(?=\/(?!\/))/, `:${port}`)]) {
      const refusal = refusalOf(await asking.ask(one));
      assert.ok(refusal === "address_refused" || refusal === "request_invalid", `${one}: ${refusal}`);
    }
  }
  assert.equal(connections(), 0);
});

/** Addresses of loopback that nobody else uses; only Linux has them by itself. */
const [insideHost, outsideHost, besideHost] = ["127.77.0.1", "127.77.0.2", "127.77.0.3"];
const skip = process.platform === "linux" ? false : `${outsideHost} is no address here: this was NOT tried`;

test("a name that leads inside at its second question, or beside an address outside, is sent to outside alone", {
  skip,
}, async (context) => {
  const outside = await aClosingReceiver(context, outsideHost);
  const inside = await aTrap(context, insideHost, outside.port);
  const questions = new Map<string, number>();
  const names = await startNameServer((name): NameAnswer => {
    const earlier = questions.get(name) ?? 0;
    questions.set(name, earlier + 1);
    if (name.startsWith("mixed")) return { addresses: [insideHost, outsideHost], ttlS: 0 };
    if (name.startsWith("inside")) return { addresses: [insideHost], ttlS: 0 };
    // Each name is asked for once by A and once by AAAA; whoever asks again is led inside.
    return { addresses: [earlier < 2 ? outsideHost : insideHost], ttlS: 0 };
  });
  context.after(names.close);
  const asking = await aSender(context, { nameServers: [names.address], allowedCidrs: [`${outsideHost}/32`] });
  for (let number = 0; number < 10; number += 1) {
    for (const kind of ["rebinds", "mixed"]) {
      const exchange = await asking.ask(`http://${kind}${number}.example.com:${outside.port}/`);
      assert.deepEqual([refusalOf(exchange), exchange.remoteAddress], [null, outsideHost]);
    }
    const refused = await asking.ask(`http://inside${number}.example.com:${outside.port}/`);
    assert.equal(refusalOf(refused), "address_refused");
    assert.equal(questions.get(`rebinds${number}.example.com`), 2, "it was asked for again between check and connect");
  }
  assert.deepEqual([inside.connections(), outside.heard()], [0, 20]);
});

test("what the operator allows is let through as it is named, and its neighbours, its ports and its other notations are not", {
  skip,
}, async (context) => {
  const allowed = await aClosingReceiver(context, outsideHost);
  const beside = await aTrap(context, besideHost, allowed.port);
  const asking = await aSender(context, { allowedCidrs: [`${outsideHost}/32`] });
  assert.equal(refusalOf(await asking.ask(`http://${outsideHost}:${allowed.port}/`)), null);
  for (const host of [besideHost, insideHost, "[::ffff:127.77.0.2]", "[64:ff9b::127.77.0.2]", "[2002:7f4d:2::]"])
    assert.equal(refusalOf(await asking.ask(`http://${host}:${allowed.port}/`)), "address_refused", host);
  assert.deepEqual([allowed.heard(), beside.connections()], [1, 0]);
});
