import assert from "node:assert/strict";
import { after, test } from "node:test";
import { lockFolder } from "#src/adapters/sqlite/folder-lock.ts";
import { isFolderOwned } from "#src/main/folder-owner.ts";
import { temporaryFolder } from "#test/support/carom-process.ts";
import { askStartingServer } from "./starting-server.ts";

const folder = temporaryFolder();
after(folder.remove);
const interrupted = new AbortController().signal;

const absent = Object.assign(new Error("nobody"), { code: "ENOENT" });

/** A server that is there from the given question on. */
const aServer = (thereFrom: number) => {
  let asked = 0;
  const ask = async (): Promise<string> => {
    asked += 1;
    if (asked < thereFrom) throw absent;
    return "there";
  };
  return { ask, asked: () => asked };
};

const clock = {
  now: () => 0,
  monotonic: () => 0,
  after: (_delayMs: number, run: () => void) => {
    setImmediate(run);
    return () => {};
  },
};

test("a server that comes up soon is waited for, and one that does not is told as absent", async () => {
  assert.equal(await askStartingServer(folder.path, aServer(15).ask, { clock, interrupted }), "there");
  await assert.rejects(askStartingServer(folder.path, aServer(50).ask, { clock, interrupted }), absent);
});

test("while a process has the folder its server is waited for longer", async () => {
  const letGo = lockFolder(folder.path);
  assert.equal(isFolderOwned(folder.path), true);
  assert.equal(await askStartingServer(folder.path, aServer(200).ask, { clock, interrupted }), "there");
  letGo();
  assert.equal(isFolderOwned(folder.path), false);
});

test("only a request that nobody heard is asked again", async () => {
  const cut = Object.assign(new Error("cut"), { code: "ECONNRESET" });
  let asked = 0;
  const ask = async (): Promise<string> => {
    asked += 1;
    throw cut;
  };
  await assert.rejects(askStartingServer(folder.path, ask, { clock, interrupted }), cut);
  assert.equal(asked, 1);
});
