import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { StorageCallFailed, StorageThreadDied, ThreadCalls } from "./thread-calls.ts";

const operation = { name: "ask", number: 3 };

const callsTo = (body: string, onDied?: (error: Error) => void): ThreadCalls =>
  new ThreadCalls(new Worker(`const { parentPort } = require("node:worker_threads"); ${body}`, { eval: true }), {
    name: "store",
    ...(onDied === undefined ? {} : { onDied }),
  });

test("calls of one turn ride in one message, and each gets its own answer or failure", async () => {
  const calls = callsTo(
    'parentPort.once("message", ([, first, , , , second]) => parentPort.postMessage([second, 1, 1, "no room", first, 0, 1, 42]));',
  );
  const [answered, failed] = await Promise.allSettled([
    calls.call(operation, (flat) => flat.push("a")),
    calls.call(operation, () => {}),
  ]);
  assert.equal(answered.status === "fulfilled" && answered.value.number(), 42);
  assert.ok(failed.status === "rejected" && failed.reason instanceof StorageCallFailed);
  assert.match(failed.reason.message, /ask failed: no room/);
});

test("when the thread dies, everything outstanding is rejected with words, and so is what comes later", async () => {
  const deaths: Error[] = [];
  const body = 'parentPort.once("message", () => { throw new Error("disk on fire"); });';
  const calls = callsTo(body, (error) => deaths.push(error));
  const outstanding = await Promise.allSettled([calls.call(operation, () => {}), calls.call(operation, () => {})]);
  const later = await Promise.allSettled([calls.call(operation, () => {})]);
  for (const call of [...outstanding, ...later]) {
    assert.ok(call.status === "rejected" && call.reason instanceof StorageThreadDied);
    assert.match(call.reason.message, /store thread .*disk on fire/);
  }
  await calls.close();
  assert.equal(deaths.length, 1, "whoever keeps the process is told once");
});

test("a thread that ends because it was told to has not died", async () => {
  const deaths: Error[] = [];
  const calls = callsTo('parentPort.once("message", () => parentPort.close());', (error) => deaths.push(error));
  await calls.close();
  assert.deepEqual(deaths, []);
});

test("a call that cannot be written is rejected alone", async () => {
  const calls = callsTo('parentPort.once("message", ([, first]) => parentPort.postMessage([first, 0, 0]));');
  const [bad, good] = await Promise.allSettled([
    calls.call(operation, (flat) => {
      flat.push(1);
      throw new Error("bad argument");
    }),
    calls.call(operation, () => {}),
  ]);
  assert.deepEqual([bad.status, good.status], ["rejected", "fulfilled"]);
});
