import assert from "node:assert/strict";
import { test } from "node:test";
import { aMailServer } from "#test/support/a-mail-server.ts";
import { openMailer } from "./open-mailer.ts";

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
