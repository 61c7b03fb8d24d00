import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { receiverId } from "#src/core/ids.ts";
import type { SendOrder, SendResult } from "#src/ports/sender.ts";
import { turnedClock } from "#test/support/turned-clock.ts";
import { defaultSenderSettings } from "./sender-settings.ts";
import { startSenderThread } from "./sender-thread.ts";

/** A thread that says it is ready, and then does as it likes with what it is told. */
const program = (onMessage: string): URL =>
  new URL(
    `data:text/javascript,${encodeURIComponent(
      `import { parentPort } from "node:worker_threads";
       parentPort.on("message", () => { ${onMessage} });
       parentPort.postMessage([4]);`,
    )}`,
  );

const anOrder = (ticket: number): SendOrder => ({
  ticket,
  receiverId: receiverId("integration:app:partner"),
  request: { method: "GET", url: "http://partner.example/", headers: [], body: null },
  headers: [],
  timeoutMs: 1_000,
  bodyNeeded: false,
});

const aThread = async (context: TestContext, threadProgram: URL) => {
  const clock = turnedClock();
  const crashes: (Error | null)[] = [];
  const results: SendResult[] = [];
  const answered = Promise.withResolvers<void>();
  const thread = await startSenderThread({
    settings: defaultSenderSettings,
    clock,
    name: "test",
    program: threadProgram,
    onCrash: (error) => crashes.push(error),
    onResults: (batch) => {
      results.push(...batch);
      answered.resolve();
    },
  });
  context.after(() => thread.stop());
  return { thread, clock, crashes, results, answered: answered.promise };
};

test("a thread that does not come up is told, with the reason", async (context) => {
  const broken = new URL("data:text/javascript,throw new Error('no memory')");
  await assert.rejects(aThread(context, broken), (error: Error) => {
    assert.match(error.message, /did not start/);
    assert.match(String(error.cause), /no memory/);
    return true;
  });
});

test("settings that cannot be used keep the thread from coming up", async () => {
  const starting = startSenderThread({
    settings: { ...defaultSenderSettings, allowedCidrs: ["everywhere"] },
    clock: turnedClock(),
    name: "test",
    onCrash: () => {},
    onResults: () => {},
  });
  await assert.rejects(starting, (error: Error) => /everywhere is no CIDR/.test(String(error.cause)));
});

test("an error that nobody catches is a crash: told with the error, and answered for all that was held", async (context) => {
  const { thread, clock, crashes, results, answered } = await aThread(context, program("throw new Error('a bug')"));
  thread.send([anOrder(1), anOrder(2)]);
  await answered;
  assert.deepEqual(
    results.map(({ ticket, exchange }) => [ticket, exchange.answer.kind === "fault" && exchange.answer.fault]),
    [
      [1, "sender_crashed"],
      [2, "sender_crashed"],
    ],
  );
  assert.match(String(crashes[0]), /a bug/);
  assert.equal(results[0]?.exchange.startedAt, clock.now());
  assert.equal(thread.inHand(), 0);
});

test("a thread that stands still is ended once what it holds is long overdue, and not before", async (context) => {
  const { thread, clock, crashes, results, answered } = await aThread(context, program("for (;;);"));
  thread.send([anOrder(1)]);
  await clock.turn(10_000);
  assert.deepEqual([crashes, results], [[], []]);
  await clock.turn(5_000);
  await answered;
  assert.match(String(crashes[0]), /stopped answering/);
  assert.equal(results.length, 1);
});

test("when this thread itself stood still, the other one is not to blame", async (context) => {
  const { thread, clock, crashes, results } = await aThread(context, program("for (;;);"));
  thread.send([anOrder(1)]);
  const { monotonic } = clock;
  // The machine sleeps for an hour between two looks.
  Object.assign(clock, { monotonic: () => monotonic() + 3_600_000 });
  await clock.turn(2_500);
  assert.deepEqual([crashes, results], [[], []]);
});

test("a result that is nobody's is not passed on", async (context) => {
  const twice = program(
    "for (let n = 0; n < 2; n++) parentPort.postMessage([3, 1, 0, 1, null, null, null, null, 200, '', false, null, null, false, 0])",
  );
  const { thread, results, answered } = await aThread(context, twice);
  thread.send([anOrder(1)]);
  await answered;
  thread.send([anOrder(2)]);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(
    results.map((result) => result.ticket),
    [1],
  );
});
