import assert from "node:assert/strict";
import { test } from "node:test";
import { localSocketPath } from "#src/main/local-socket.ts";
import { temporaryFolder } from "#test/support/carom-process.ts";
import { runCommand } from "#test/support/run-command.ts";
import { openScriptedServer } from "#test/support/scripted-server.ts";

const nobody = () => ({ status: 500, body: {} });

test("what only the server's own machine does is refused where CAROM_URL names another, with both ways to go on", async () => {
  for (const argv of [["backup", "copy.db"], ["rotate-key"]]) {
    const { exit, heard, told } = await runCommand(argv, nobody);
    assert.deepEqual([exit, heard.length], ["usage", 0], argv.join(" "));
    assert.match(told.join("\n"), /CAROM_URL is set to http:.*run it there with --data <folder>.*unset CAROM_URL/);
  }
});

test("a folder that is named on the command line is meant, whatever CAROM_URL says", async () => {
  const folder = temporaryFolder();
  const server = await openScriptedServer(() => ({ status: 200, body: { bytes: 1 } }), localSocketPath(folder.path));
  const { exit, heard } = await runCommand(["backup", "copy.db", "--data", folder.path], nobody);
  await server.close();
  folder.remove();
  assert.deepEqual([exit, heard.length, server.heard.length], ["ok", 0, 1]);
});

test("two servers, or a key for a folder that takes none, are refused before anything is asked", async () => {
  const both = await runCommand(["pause", "--url", "http://127.0.0.1:1", "--data", "data"], nobody);
  assert.deepEqual([both.exit, both.heard.length], ["usage", 0]);
  assert.match(both.told.join("\n"), /--url and --data name two servers/);
  const keyed = await runCommand(["pause", "--key", "k", "--data", "data"], nobody);
  assert.deepEqual([keyed.exit, keyed.heard.length], ["usage", 0]);
  assert.match(keyed.told.join("\n"), /--key is for a server at an address.*add --url or set CAROM_URL/);
});
