import assert from "node:assert/strict";
import { test } from "node:test";
import { userRoutes } from "#src/contract/users-contract.ts";
import type { Mailer } from "#src/ports/mailer.ts";
import { aPerson } from "#test/support/a-person.ts";
import { anHttp, assertAnswers } from "#test/support/an-http.ts";

type Mail = Parameters<Mailer["send"]>[0];

const aMailer = (answer: Awaited<ReturnType<Mailer["send"]>> = { kind: "sent" }) => {
  const mails: Mail[] = [];
  const send: Mailer["send"] = async (mail) => {
    mails.push(mail);
    return answer;
  };
  return { mails, send };
};

const publicUrl = "https://carom.example";
const inviting = (email = "ada@example.com") =>
  ({ method: "POST", url: "/v1/users", payload: { email, role: "editor" } }) as const;

test("an invitation is answered with its link and goes out by mail, once", async () => {
  const mailer = aMailer();
  const http = await anHttp({ mailer, publicUrl });
  const headers = { "idempotency-key": "one" };
  const { link, mail } = assertAnswers(userRoutes.inviteUser, await http.ask({ ...inviting(), headers }));
  assert.equal(mail, "sent");
  await http.ask({ ...inviting(), headers });
  const [sent] = mailer.mails;
  assert.equal(mailer.mails.length, 1);
  assert.equal(sent?.to, "ada@example.com");
  assert.equal(sent?.subject, "[Carom] You are invited to main");
  assert.ok(sent?.text.includes(`\n${publicUrl}/invite/${link.token}\n`), sent?.text);
});

test("a reset goes out by mail, and says so", async () => {
  const mailer = aMailer();
  const http = await anHttp({ mailer, publicUrl });
  await aPerson(http);
  const [user] = (await http.ask({ url: "/v1/users" })).json().data;
  const reset = await http.ask({ method: "POST", url: `/v1/users/${user.id}/reset` });
  const { link, mail } = assertAnswers(userRoutes.resetUser, reset);
  assert.equal(mail, "sent");
  const sent = mailer.mails.at(-1);
  assert.equal(sent?.subject, "[Carom] A link to set your password");
  assert.ok(sent?.text.includes(link.token));
});

test("without a mail server, or an address that people reach, nothing is sent and the link is answered", async () => {
  const mailer = aMailer();
  for (const parts of [{ publicUrl }, { mailer }]) {
    const http = await anHttp(parts);
    const { link, mail } = assertAnswers(userRoutes.inviteUser, await http.ask(inviting()));
    assert.equal(mail, "off");
    assert.equal((await http.app.inject({ url: `/v1/invitations/${link.token}` })).statusCode, 200);
  }
  assert.deepEqual(mailer.mails, []);
});

test("a mail server that refuses, or does not answer, takes nothing from the invitation", async () => {
  const refused = await anHttp({ mailer: aMailer({ kind: "refused", reason: "550" }), publicUrl });
  const { link, mail } = assertAnswers(userRoutes.inviteUser, await refused.ask(inviting()));
  assert.equal(mail, "refused");
  assert.equal((await refused.app.inject({ url: `/v1/invitations/${link.token}` })).statusCode, 200);

  const asked = Promise.withResolvers<void>();
  const silent: Mailer = {
    send: () => {
      asked.resolve();
      return new Promise(() => {});
    },
  };
  const http = await anHttp({ mailer: silent, publicUrl });
  const answering = http.ask(inviting());
  await asked.promise;
  await http.clock.turn(8_000);
  assert.equal(assertAnswers(userRoutes.inviteUser, await answering).mail, "refused");
});

test("an account sends so many mails an hour, and goes on making links", async () => {
  const mailer = aMailer();
  const http = await anHttp({ mailer, publicUrl });
  const inviteMany = async (count: number): Promise<string[]> => {
    const told: string[] = [];
    for (let at = 0; at < count; at += 1) told.push((await http.ask(inviting(`p${at}@example.com`))).json().mail);
    return told;
  };
  assert.deepEqual((await inviteMany(61)).slice(-2), ["sent", "held_back"]);
  assert.equal(mailer.mails.length, 60);
  await http.clock.turn(3_600_000);
  assert.deepEqual(await inviteMany(1), ["sent"]);
});
