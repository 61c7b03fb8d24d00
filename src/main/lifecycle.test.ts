import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { superviseServer } from "./lifecycle.ts";
import { openLog } from "./log.ts";

const supervised = (close: () => Promise<void>, died: Promise<Error> = new Promise(() => {})) => {
  const lines: string[] = [];
  const interruption = new AbortController();
  const process = new EventEmitter();
  let expire = (): void => {};
  let timers = 0;
  const end = superviseServer({
    server: { close, died },
    interrupted: interruption.signal,
    log: openLog({ level: "info", format: "json", output: { write: (text) => lines.push(text) } }),
    process,
    graceMs: 1_000,
    after: (_delayMs, run) => {
      expire = run;
      timers += 1;
      return () => {
        timers -= 1;
      };
    },
  });
  return { end, interruption, process, lines, expire: () => expire(), timers: () => timers };
};

test("a signal ends the server in order", async () => {
  let closed = 0;
  const { end, interruption, lines, timers } = supervised(async () => {
    closed += 1;
  });
  interruption.abort();
  assert.equal(await end, "stopped");
  assert.equal(closed, 1);
  assert.equal(timers(), 0, "no timer keeps the process");
  assert.match(lines.join(""), /"msg":"stopping: nothing more is taken"[\s\S]*"msg":"stopped"/);
});

test("an error that nobody caught ends the process, after what can be ended in order", async () => {
  let closed = 0;
  const { end, process, lines } = supervised(async () => {
    closed += 1;
  });
  process.emit("uncaughtException", new Error("a bug"));
  assert.equal(await end, "crashed");
  assert.equal(closed, 1);
  assert.match(lines.join(""), /"level":"fatal".*a bug/);
});

test("a server whose storage has died ends as crashed, so that whoever keeps it starts another", async () => {
  let closed = 0;
  const close = async (): Promise<void> => {
    closed += 1;
  };
  const { end, lines } = supervised(close, Promise.resolve(new Error("the store thread has died")));
  assert.equal(await end, "crashed");
  assert.equal(closed, 1);
  assert.match(lines.join(""), /"level":"fatal".*the store thread has died/);
});

test("a server that cannot end is left behind after the grace", async () => {
  const { end, interruption, lines, expire } = supervised(() => new Promise(() => {}));
  interruption.abort();
  await new Promise((resolve) => setImmediate(resolve));
  expire();
  assert.equal(await end, "crashed");
  assert.match(lines.join(""), /did not end in time/);
});

test("a server that fails to end is told of, and counts as crashed", async () => {
  const { end, interruption, lines } = supervised(() => Promise.reject(new Error("no disk")));
  interruption.abort();
  assert.equal(await end, "crashed");
  assert.match(lines.join(""), /could not end in order.*|no disk/);
});
