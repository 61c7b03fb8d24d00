import assert from "node:assert/strict";
import { createServer, type Server } from "node:net";
import type { TestContext } from "node:test";

/** A mail server that answers each line as the script says, and keeps what it was told. */
export const aMailServer = async (context: TestContext, answers: Readonly<Record<string, string>> = {}) => {
  const said: string[] = [];
  const server: Server = createServer((socket) => {
    let isInData = false;
    let begun = "";
    socket.setEncoding("utf8");
    socket.write("220 mail.example ESMTP\r\n");
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      const lines = (begun + chunk).split("\r\n");
      // The last one goes on in the next chunk.
      begun = lines.pop() ?? "";
      for (const line of lines) {
        said.push(line);
        if (isInData && line !== ".") continue;
        const verb = (line.split(/[ :]/, 1)[0] ?? "").toUpperCase();
        isInData = verb === "DATA";
        socket.write(`${answers[verb] ?? (verb === "DATA" ? "354 go on" : "250 ok")}\r\n`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => server.close());
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return { said, url: `smtp://127.0.0.1:${address.port}` };
};
