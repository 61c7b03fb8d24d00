import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { aMailServer } from "./a-mail-server.ts";

test("a line that comes in two parts, and a letter of it too, is one line", async (context) => {
  const { said, url } = await aMailServer(context);
  const socket = connect({ port: Number(new URL(url).port), host: "127.0.0.1" });
  await once(socket, "data");
  const bytes = Buffer.from("EHLO a.example\r\nMAIL FROM:<jörg@a.example>\r\n");
  const half = bytes.indexOf("ö") + 1;
  socket.write(bytes.subarray(0, half));
  // The first line is answered: what came with it, half of the second, has been read.
  await once(socket, "data");
  socket.write(bytes.subarray(half));
  await once(socket, "data");
  socket.destroy();
  assert.deepEqual(said, ["EHLO a.example", "MAIL FROM:<jörg@a.example>"]);
});
