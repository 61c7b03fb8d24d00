import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { type TestContext, test } from "node:test";
import { systemClock } from "#src/adapters/system/system-clock.ts";
import { secretName } from "#src/core/ids.ts";
import { keyedHashMark, secretMark } from "#src/core/templates/secret-mark.ts";
import { attemptTimeMark, signatureMark } from "#src/core/templates/signature-mark.ts";
import type { Signing } from "#src/core/templates/signing.ts";
import { askingSender } from "#test/support/asking-sender.ts";
import { startRecordingReceiver } from "#test/support/recording-receiver.ts";
import { openSender } from "./open-sender.ts";
import { signRequest } from "./request-signing.ts";
import { targetReader } from "./request-target.ts";

const key = secretName("signing_key");
const hmac = (parts: Partial<Signing & { kind: "hmac" }> = {}): Signing => ({
  ...{ kind: "hmac", secret: key, algorithm: "sha256", output: "hex", place: "header", name: "x-sig", prefix: "" },
  ...parts,
});

const aSender = async (context: TestContext, secret: string) => {
  const receiver = await startRecordingReceiver();
  const sender = await openSender({ clock: systemClock, threads: 1, settings: { allowedCidrs: ["127.0.0.0/8"] } });
  context.after(async () => {
    await sender.close(0);
    await receiver.close();
  });
  sender.setSecrets(new Map([[key, secret]]));
  return { receiver, asking: askingSender(sender) };
};

test("Standard Webhooks: id, time of the attempt and body are signed with the decoded key", async (context) => {
  const bytes = Buffer.from("a key of twenty bytes");
  const { asking, receiver } = await aSender(context, `whsec_${bytes.toString("base64")}`);
  const body = '{"name":"é"}';
  await asking.ask(`${receiver.url}/a`, {
    method: "POST",
    headers: [
      ...["webhook-id", "msg_1"],
      ...["webhook-timestamp", attemptTimeMark],
      ...["webhook-signature", signatureMark({ kind: "standard_webhooks", secret: key })],
    ],
    body,
  });
  const headers = receiver.heard[0]?.headers ?? {};
  const time = String(headers["webhook-timestamp"]);
  assert.match(time, /^[0-9]{10}$/);
  assert.equal(
    headers["webhook-signature"],
    `v1,${createHmac("sha256", bytes).update(`msg_1.${time}.${body}`).digest("base64")}`,
  );
});

test("Standard Webhooks: the vector of its reference libraries", () => {
  const request = {
    method: "POST" as const,
    url: "https://p.example/",
    headers: [
      ...["webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"],
      ...["webhook-signature", signatureMark({ kind: "standard_webhooks", secret: key })],
    ],
    body: '{"test": 2432232314}',
  };
  const secrets = new Map([[key, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]]);
  const readTarget = targetReader(() => null);
  const signed = signRequest(request, { secrets, at: 1_614_265_330_000, readTarget });
  assert.equal(signed.headers[3], "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
});

test("an HMAC covers method and URL, with secrets filled in, without its own parameter", async (context) => {
  const { asking, receiver } = await aSender(context, "s3cret");
  const mark = signatureMark(hmac({ output: "base64" }));
  await asking.ask(`${receiver.url}/a?k=${secretMark("url", key)}&sig=${mark}`, { method: "GET" });
  const expected = createHmac("sha256", "s3cret").update(`GET\n${receiver.url}/a?k=s3cret`).digest("base64");
  assert.equal(receiver.heard[0]?.url, `/a?k=s3cret&sig=${encodeURIComponent(expected)}`);
});

test("an HMAC covers the body too, in each algorithm", async (context) => {
  const { asking, receiver } = await aSender(context, "s3cret");
  for (const algorithm of ["sha1", "sha256", "sha512"] as const) {
    const headers = ["x-sig", `${algorithm}=${signatureMark(hmac({ algorithm }))}`];
    await asking.ask(`${receiver.url}/b`, { method: "POST", headers, body: "é=1" });
    const expected = createHmac(algorithm, "s3cret").update(`POST\n${receiver.url}/b\né=1`).digest("hex");
    assert.equal(receiver.heard.at(-1)?.headers["x-sig"], `${algorithm}=${expected}`);
  }
});

test("a value is hashed under a secret at the attempt, and encoded for its place", async (context) => {
  const { asking, receiver } = await aSender(context, "s3cret");
  const hashed = createHmac("sha256", "s3cret").update("user é").digest("base64");
  const mark = keyedHashMark("url", { secret: key, output: "base64" }, "user é");
  await asking.ask(`${receiver.url}/?u=${mark}`);
  assert.equal(new URL(receiver.heard[0]?.url ?? "", receiver.url).searchParams.get("u"), hashed);
});

test("a secret in an XML body is encoded for it", async (context) => {
  const { asking, receiver } = await aSender(context, "<&>");
  await asking.ask(`${receiver.url}/`, { method: "POST", body: `<a>${secretMark("xml", key)}</a>` });
  assert.equal(receiver.heard[0]?.body, "<a>&#60;&#38;&#62;</a>");
});

test("a key that is missing or no key is named, and the request stays at home", async (context) => {
  const { asking, receiver } = await aSender(context, "whsec_not base64");
  const signed = (mark: string) => asking.ask(`${receiver.url}/`, { method: "POST", headers: ["x", mark], body: "{}" });
  const { answer: wrong } = await signed(signatureMark({ kind: "standard_webhooks", secret: key }));
  assert.ok(wrong.kind === "fault" && wrong.fault === "secret_missing");
  assert.match(wrong.message, /signing_key is no key of Standard Webhooks, .*: `carom secrets set signing_key`$/);
  const { answer: missing } = await signed(signatureMark(hmac({ secret: secretName("other") })));
  assert.deepEqual(missing, {
    kind: "fault",
    fault: "secret_missing",
    message: "there is no secret named other: `carom secrets set other`",
  });
  assert.equal(receiver.heard.length, 0);
});
