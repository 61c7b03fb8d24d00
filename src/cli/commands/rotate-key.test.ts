import assert from "node:assert/strict";
import { test } from "node:test";
import { localSocketPath } from "#src/main/local-socket.ts";
import { temporaryFolder } from "#test/support/carom-process.ts";
import { runCommand } from "#test/support/run-command.ts";
import { openScriptedServer, type ScriptedAnswer } from "#test/support/scripted-server.ts";

/** Runs the command against a folder whose socket answers so; nobody is asked at an address. */
const rotate = async (answer: ScriptedAnswer, ...options: readonly string[]) => {
  const folder = temporaryFolder();
  const server = await openScriptedServer(() => answer, localSocketPath(folder.path));
  const ran = await runCommand(["rotate-key", "--data", folder.path, ...options], () => ({ status: 500, body: {} }));
  await server.close();
  folder.remove();
  assert.equal(ran.heard.length, 0, "only whoever may read the folder rotates its key");
  return { ...ran, heard: server.heard };
};

const done = { status: 200, body: { key_id: "k2", secrets: 2, file: "/data/encryption.key" } };

test("the key is rotated through the socket of the folder, and where it stands is told", async () => {
  const { exit, heard, printed } = await rotate(done);
  assert.equal(exit, "ok");
  assert.deepEqual(
    heard.map(({ method, path }) => [method, path]),
    [["POST", "/local/rotate-key"]],
  );
  assert.match(
    printed[0] ?? "",
    /^\/data\/encryption\.key: a new key; 2 secrets sealed with it\. Copy the file elsewhere/,
  );
  const json = await rotate(done, "--json");
  assert.deepEqual(JSON.parse(json.printed[0] ?? ""), done.body);
});

test("a key that comes from outside is not rotated here, and the server says how it is", async () => {
  const detail = "the encryption key comes from outside: start once with the new key there";
  const { exit, printed, told } = await rotate({ status: 409, body: { detail } });
  assert.deepEqual([exit, printed, told], ["failed", [], [`error  ${detail}`]]);
});

test("without a server on the folder nothing is done, and the folder is named", async () => {
  const folder = temporaryFolder();
  const { exit, told } = await runCommand(["rotate-key", "--data", folder.path], () => done);
  folder.remove();
  assert.equal(exit, "unreachable");
  assert.ok(told.join("\n").includes(folder.path));
});
