import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { systemClock } from "#src/adapters/system/system-clock.ts";
import { receiverId, secretName } from "#src/core/ids.ts";
import type { NetworkFault } from "#src/core/postbacks/attempt.ts";
import { secretMark } from "#src/core/templates/secret-mark.ts";
import type { SendOrder, SendResult } from "#src/ports/sender.ts";
import { type Asked, askingSender } from "#test/support/asking-sender.ts";
import { type ReceiverAnswer, type ReceiverScript, startRecordingReceiver } from "#test/support/recording-receiver.ts";
import { openSender } from "./open-sender.ts";

const aSender = async (context: TestContext, options: { script?: ReceiverScript; threads?: number } = {}) => {
  const receiver = await startRecordingReceiver(options.script);
  const crashes: (Error | null)[] = [];
  const sender = await openSender({
    clock: systemClock,
    threads: options.threads ?? 1,
    settings: { allowedCidrs: ["127.0.0.0/8"] },
    onCrash: (error) => crashes.push(error),
  });
  context.after(async () => {
    await sender.close(0);
    await receiver.close();
  });
  return { receiver, sender, crashes };
};

const anOrder = (ticket: number, url: string, more: Partial<SendOrder> = {}): SendOrder => ({
  ticket,
  receiverId: receiverId(`integration:app:partner-${ticket % 7}`),
  request: { method: "GET", url, headers: [], body: null },
  headers: [],
  timeoutMs: 5_000,
  bodyNeeded: false,
  ...more,
});

test("the receiver hears the request as it was rendered, with the attempt's own headers", async (context) => {
  const { receiver, sender } = await aSender(context);
  const done = new Promise((resolve) => sender.onResults(resolve));
  const request = {
    method: "POST",
    url: `${receiver.url}/in?name=%C3%BC&list=a,b`,
    headers: ["content-type", "application/json", "X-Case", "Kept"],
    body: '{"name":"ü"}',
  } as const;
  sender.send([anOrder(1, "", { request, headers: ["carom-postback-id", "p-1", "carom-attempt", "3"] })]);
  await done;
  const [heard] = receiver.heard;
  assert.equal(heard?.method, "POST");
  assert.equal(heard?.url, "/in?name=%C3%BC&list=a,b");
  assert.equal(heard?.body, '{"name":"ü"}');
  assert.deepEqual(heard?.rawHeaders.slice(-12), [
    "content-type",
    "application/json",
    "X-Case",
    "Kept",
    "carom-postback-id",
    "p-1",
    "carom-attempt",
    "3",
    "user-agent",
    "Carom",
    "content-length",
    "13",
  ]);
});

test("the sender says who it is, unless the template does", async (context) => {
  const { receiver, sender } = await aSender(context);
  const asking = askingSender(sender);
  await asking.ask(`${receiver.url}/`);
  await asking.ask(`${receiver.url}/`, { headers: ["User-Agent", "Network/1"] });
  assert.deepEqual(
    receiver.heard.map(({ rawHeaders }) =>
      rawHeaders.filter((_, at) => /^user-agent$/i.test(rawHeaders[at - 1] ?? "")),
    ),
    [["Carom"], ["Network/1"]],
  );
});

test("every order is answered by exactly one result, and connections are used again", async (context) => {
  const { receiver, sender } = await aSender(context, { threads: 2 });
  const count = 3_000;
  const results: SendResult[] = [];
  const done = new Promise<void>((resolve) =>
    sender.onResults((batch) => {
      results.push(...batch);
      if (results.length >= count) resolve();
    }),
  );
  const orders = Array.from({ length: count }, (_, ticket) => anOrder(ticket, `${receiver.url}/${ticket}`));
  sender.send(orders.slice(0, 1_000));
  sender.send(orders.slice(1_000));
  await done;
  assert.deepEqual(
    results.map((result) => result.ticket).toSorted((one, other) => one - other),
    orders.map((order) => order.ticket),
  );
  assert.ok(results.every(({ exchange }) => exchange.answer.kind === "response" && exchange.answer.status === 200));
  assert.equal(new Set(receiver.heard.map((heard) => heard.url)).size, count);
  const connections = new Set(receiver.heard.map((heard) => heard.connection)).size;
  assert.ok(connections <= 2 * 128, `${connections} connections`);
});

test("one after the other, all go over one connection", async (context) => {
  const { receiver, sender } = await aSender(context);
  const asking = askingSender(sender);
  for (let n = 0; n < 20; n++) await asking.ask(`${receiver.url}/${n}`);
  assert.deepEqual(new Set(receiver.heard.map((heard) => heard.connection)), new Set([1]));
});

test("a request that cannot be sent is told as such, and takes none down with it", async (context) => {
  const { receiver, sender } = await aSender(context);
  const asking = askingSender(sender);
  const bad: readonly Asked[] = [
    { headers: ["x-a", "b\r\nx-injected: 1"] },
    { headers: ["x-a", "b\u0000c"] },
    { headers: ["x a", "b"] },
    { headers: ["", "b"] },
    { headers: ["x-a"] },
    { headers: ["x-a", "snow \u2603"] },
    { headers: ["transfer-encoding", "chunked"] },
    { headers: ["content-length", "3"], method: "POST", body: "four" },
    { headers: ["expect", "100-continue"] },
  ];
  for (const asked of bad) {
    const { answer } = await asking.ask(`${receiver.url}/bad`, asked);
    assert.equal(answer.kind === "fault" && answer.fault, "request_invalid", JSON.stringify([asked, answer]));
  }
  for (const url of ["not a url", "ftp://127.0.0.1/", `${receiver.url}\r\nx:y/`.replace("http", "gopher")]) {
    const { answer } = await asking.ask(url);
    assert.equal(answer.kind === "fault" && answer.fault, "request_invalid", url);
  }
  assert.equal((await asking.ask(`${receiver.url}/good`)).answer.kind, "response");
  assert.deepEqual(
    receiver.heard.map((heard) => heard.url),
    ["/good"],
  );
});

test("a port that nobody listens on refuses", async (context) => {
  const { sender } = await aSender(context);
  const gone = await startRecordingReceiver();
  await gone.close();
  const { answer, remoteAddress } = await askingSender(sender).ask(`${gone.url}/`);
  assert.equal(answer.kind === "fault" && answer.fault, "connect_refused");
  assert.equal(remoteAddress, null);
});

test("a deadline that was over before the thread took the order is kept", async (context) => {
  const { receiver, sender } = await aSender(context, { script: () => null });
  const asking = askingSender(sender);
  const { answer, durationMs } = await asking.ask(`${receiver.url}/`, { timeoutMs: 1 });
  assert.equal(answer.kind, "fault");
  assert.ok(durationMs < 1_000, `${durationMs} ms`);
});

test("orders that find every connection busy end at their deadline, and are never sent", async (context) => {
  const receiver = await startRecordingReceiver((heard) => (heard.url === "/hold" ? null : {}));
  const sender = await openSender({
    clock: systemClock,
    threads: 1,
    settings: { allowedCidrs: ["127.0.0.0/8"], connectionsPerOriginMax: 2 },
  });
  context.after(async () => {
    await sender.close(0);
    await receiver.close();
  });
  const asking = askingSender(sender);
  const holding = [1, 2].map(() => asking.ask(`${receiver.url}/hold`, { timeoutMs: 600 }));
  await receiver.waitFor(2);
  const waited = await asking.ask(`${receiver.url}/waits`, { timeoutMs: 200 });
  assert.equal(waited.answer.kind === "fault" && waited.answer.fault, "deadline");
  await Promise.all(holding);
  // What was held is cut, so there is room again; the one that waited in vain does not go out any more.
  assert.equal((await asking.ask(`${receiver.url}/next`)).answer.kind, "response");
  assert.deepEqual(receiver.heard.map((heard) => heard.url).toSorted(), ["/hold", "/hold", "/next"]);
});

test("a thread that crashes answers what it held, once, and the next orders are served", async (context) => {
  const script: ReceiverScript = (heard) => (heard.url === "/hold" ? null : {});
  const { receiver, sender, crashes } = await aSender(context, { script, threads: 2 });
  const asking = askingSender(sender);
  const held = Array.from({ length: 20 }, (_, n) =>
    asking.ask(`${receiver.url}/hold`, { receiverId: receiverId(`integration:app:${n}`), timeoutMs: 20_000 }),
  );
  await receiver.waitFor(20);
  sender.crashThreads();
  for (const { answer, startedAt } of await Promise.all(held)) {
    assert.equal(answer.kind === "fault" && answer.fault, "sender_crashed");
    assert.ok(startedAt > 0);
  }
  assert.equal(crashes.length, 2);
  const after = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      asking.ask(`${receiver.url}/ok`, { receiverId: receiverId(`integration:app:${n}`) }),
    ),
  );
  assert.ok(after.every(({ answer }) => answer.kind === "response"));
  assert.equal(asking.answered.length, 40);
  assert.equal(new Set(asking.answered).size, 40);
});

test("a thread that crashes again and again is started again and again, with the secrets it had", async (context) => {
  const { receiver, sender } = await aSender(context);
  const asking = askingSender(sender);
  sender.setSecrets(new Map([[secretName("key"), "from before"]]));
  const headers = ["x-key", secretMark("header", secretName("key"))];
  for (let n = 0; n < 3; n++) {
    sender.crashThreads();
    const { answer } = await asking.ask(`${receiver.url}/`, { headers, timeoutMs: 9_000 });
    // An order that is handed over while the thread dies is one that it held.
    const outcome: NetworkFault | "response" = answer.kind === "fault" ? answer.fault : "response";
    assert.ok(outcome === "response" || outcome === "sender_crashed", outcome);
  }
  assert.equal((await asking.ask(`${receiver.url}/last`, { headers })).answer.kind, "response");
  assert.equal(receiver.heard.at(-1)?.headers["x-key"], "from before");
});

test("closing waits for what is in flight", async (context) => {
  const answer = Promise.withResolvers<ReceiverAnswer>();
  const { receiver, sender } = await aSender(context, { script: () => answer.promise });
  const exchange = askingSender(sender).ask(`${receiver.url}/`, { timeoutMs: 20_000 });
  await receiver.waitFor(1);
  const closed = sender.close(10_000);
  answer.resolve({ body: "late" });
  const heard = (await exchange).answer;
  assert.equal(heard.kind === "response" && heard.body, "late");
  await closed;
});

test("closing cuts what is still in flight after the grace, and nothing is heard of it", async (context) => {
  const { receiver, sender } = await aSender(context, { script: () => null });
  const asking = askingSender(sender);
  void asking.ask(`${receiver.url}/`, { timeoutMs: 20_000 });
  await receiver.waitFor(1);
  await sender.close(20);
  assert.deepEqual(asking.answered, []);
});
