import assert from "node:assert/strict";
import { createServer, type Server } from "node:net";
import { type TestContext, test } from "node:test";
import { openMailer } from "./open-mailer.ts";

/** A mail server that answers each line as the script says, and keeps what it was told. */
const aMailServer = async (context: TestContext, answers: Readonly<Record<string, string>> = {}) => {
  const said: string[] = [];
  const server: Server = createServer((socket) => {
    let isInData = false;
    socket.write("220 mail.example ESMTP\r\n");
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      for (const line of chunk.toString("utf8").split("\r\n").slice(0, -1)) {
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

const mail = { to: "ops@example.com", subject: "[Carom] silence opened: game", text: "no event for 40 hours\n" };

test("a mail goes to the server with its sender, receiver, subject and text", async (context) => {
  const { said, url } = await aMailServer(context);
  const sent = await openMailer({ url, from: "Carom <carom@example.com>" }).send(mail);
  assert.deepEqual(sent, { kind: "sent" });
  for (const line of [
    "MAIL FROM:<carom@example.com>",
    "RCPT TO:<ops@example.com>",
    `Subject: ${mail.subject}`,
    "no event for 40 hours",
  ])
    assert.ok(said.includes(line), `${line} in ${said.join("\n")}`);
});

test("a line break in a subject starts no header of its own", async (context) => {
  const { said, url } = await aMailServer(context);
  await openMailer({ url, from: "carom@example.com" }).send({ ...mail, subject: "one\r\nBcc: everybody@example.com" });
  assert.ok(!said.some((line) => line.startsWith("Bcc:")), said.join("\n"));
});

test("a server that refuses, and one that is not there, are told of with the reason", async (context) => {
  const { url } = await aMailServer(context, { RCPT: "550 no such user" });
  const refused = await openMailer({ url, from: "carom@example.com" }).send(mail);
  assert.ok(refused.kind === "refused" && /550/.test(refused.reason), JSON.stringify(refused));
  const nobody = await openMailer({ url: "smtp://127.0.0.1:1", from: "carom@example.com" }).send(mail);
  assert.ok(nobody.kind === "refused" && /ECONNREFUSED/.test(nobody.reason), JSON.stringify(nobody));
});
