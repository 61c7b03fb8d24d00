import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { systemClock } from "#src/adapters/system/system-clock.ts";
import { secretName } from "#src/core/ids.ts";
import { type SecretPlace, secretMark } from "#src/core/templates/secret-mark.ts";
import type { OpenedSecrets } from "#src/ports/sender.ts";
import { askingSender } from "#test/support/asking-sender.ts";
import { type ReceiverScript, startRecordingReceiver } from "#test/support/recording-receiver.ts";
import { openSender } from "./open-sender.ts";

const name = secretName("api_key");
const mark = (place: SecretPlace): string => secretMark(place, name);
const secret = `p&ss w"rd/ü'(1)+%`;

const aSender = async (context: TestContext, secrets: OpenedSecrets, script?: ReceiverScript) => {
  const receiver = await startRecordingReceiver(script);
  const sender = await openSender({ clock: systemClock, threads: 1, settings: { allowedCidrs: ["127.0.0.0/8"] } });
  context.after(async () => {
    await sender.close(0);
    await receiver.close();
  });
  sender.setSecrets(secrets);
  return { receiver, sender, asking: askingSender(sender) };
};

test("a secret is put in at the attempt, encoded for its place", async (context) => {
  const ascii = 'p&ss w"rd/(1)+%';
  const { asking, receiver } = await aSender(context, new Map([[name, ascii]]));
  await asking.ask(`${receiver.url}/a?key=${mark("url")}&next=1`, {
    method: "POST",
    headers: ["authorization", `Bearer ${mark("header")}`],
    body: `{"json":"${mark("json")}"} form=${mark("form")} plain=${mark("plain")}`,
  });
  const [heard] = receiver.heard;
  assert.equal(new URL(heard?.url ?? "", receiver.url).searchParams.get("key"), ascii);
  assert.equal(heard?.url, "/a?key=p%26ss%20w%22rd%2F%281%29%2B%25&next=1");
  assert.equal(heard?.headers["authorization"], `Bearer ${ascii}`);
  const encoded = "p%26ss%20w%22rd%2F%281%29%2B%25";
  assert.equal(heard?.body, `{"json":"p&ss w\\"rd/(1)+%"} form=${encoded} plain=${ascii}`);
});

test("a secret that is not there is named, and the request stays at home", async (context) => {
  const { asking, receiver } = await aSender(context, new Map());
  const { answer } = await asking.ask(`${receiver.url}/a?key=${mark("url")}`);
  assert.deepEqual(answer, {
    kind: "fault",
    fault: "secret_missing",
    message: "there is no secret named api_key: `carom secrets set api_key`",
  });
  assert.equal(receiver.heard.length, 0);
});

test("a secret that cannot be opened is told as one that is there", async (context) => {
  const { asking, receiver } = await aSender(context, new Map([[name, null]]));
  const { answer } = await asking.ask(`${receiver.url}/a?key=${mark("url")}`);
  assert.ok(answer.kind === "fault" && answer.fault === "secret_missing");
  assert.match(
    answer.message,
    /^the secret api_key is set and cannot be opened.*set it anew: `carom secrets set api_key`$/,
  );
  assert.equal(receiver.heard.length, 0);
});

test("new secrets are in force from the next order on", async (context) => {
  const { asking, receiver, sender } = await aSender(context, new Map([[name, "old-secret"]]));
  const url = `${receiver.url}/?key=${mark("url")}`;
  const before = asking.ask(url);
  sender.setSecrets(new Map([[name, "new-secret"]]));
  await Promise.all([before, asking.ask(url)]);
  assert.deepEqual(receiver.heard.map((heard) => heard.url).toSorted(), ["/?key=new-secret", "/?key=old-secret"]);
});

test("a secret with a line break does not stand in a header, and is not shown", async (context) => {
  const { asking, receiver } = await aSender(context, new Map([[name, "hunter2\r\nx-injected: 1"]]));
  const { answer } = await asking.ask(`${receiver.url}/`, { headers: ["x-key", mark("header")] });
  assert.equal(
    answer.kind === "fault" && answer.fault,
    "secret_missing",
    "the operator mends it, no postback dies of it",
  );
  assert.doesNotMatch(JSON.stringify(answer), /hunter2/);
  assert.equal(receiver.heard.length, 0);
});

test("what a receiver says back of a secret is masked, in headers and body, encoded or not", async (context) => {
  const { asking, receiver } = await aSender(context, new Map([[name, secret]]), (heard) => ({
    status: 302,
    headers: { location: `https://elsewhere.example${heard.url}` },
    body: `no such key: ${secret}, nor ${heard.url}`,
  }));
  const exchange = await asking.ask(`${receiver.url}/?key=${mark("url")}`);
  const told = JSON.stringify(exchange);
  assert.match(receiver.heard[0]?.url ?? "", /p%26ss/);
  assert.doesNotMatch(told, /p&ss|p%26ss/);
  assert.match(told, /no such key: \[secret api_key\], nor/);
  assert.match(told, /https:\/\/elsewhere\.example\/\?key=\[secret api_key\]/);
});

test("a fault of a request with a secret in its host does not show it", async (context) => {
  const { asking } = await aSender(context, new Map([[name, "10.11.12.13"]]));
  const { answer } = await asking.ask(`http://${mark("plain")}/`);
  assert.equal(answer.kind === "fault" && answer.fault, "address_refused");
  assert.doesNotMatch(JSON.stringify(answer), /10\.11\.12\.13/);
});

test("a value that is no secret's is left as it is", async (context) => {
  const { asking, receiver } = await aSender(context, new Map([[name, "ok"]]), () => ({ body: "ok, it is ok" }));
  const { answer } = await asking.ask(`${receiver.url}/?key=${mark("url")}`);
  assert.equal(answer.kind === "response" && answer.body, "ok, it is ok");
});
