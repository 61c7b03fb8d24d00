import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { systemClock } from "#src/adapters/system/system-clock.ts";
import type { Exchange, NetworkFault } from "#src/core/postbacks/attempt.ts";
import { type AskingSender, askingSender } from "#test/support/asking-sender.ts";
import { type HostileBehaviour, type HostileReceiver, startHostileReceiver } from "#test/support/hostile-receiver.ts";
import { type CrashableSender, openSender } from "./open-sender.ts";

let sender: CrashableSender;
let asking: AskingSender;
let receiver: HostileReceiver;
const crashes: unknown[] = [];

before(async () => {
  receiver = await startHostileReceiver(20);
  sender = await openSender({
    clock: systemClock,
    threads: 1,
    settings: { allowedCidrs: ["127.0.0.0/8"], hostsFile: null },
    onCrash: (error) => crashes.push(error),
  });
  asking = askingSender(sender);
});

after(async () => {
  await sender.close(0);
  await receiver.close();
});

const deadlineMs = 400;

/** Those that end by how much they say: on a busy machine that may take longer than the others are waited for. */
const endsBySize: ReadonlySet<HostileBehaviour> = new Set([
  "hints_forever",
  "extends_a_chunk",
  "spells_its_answer",
  "tiny_chunks",
]);
const deadlineOf = (behaviour: HostileBehaviour): number => (endsBySize.has(behaviour) ? 30_000 : deadlineMs);

const heardFrom = (behaviour: HostileBehaviour, bodyNeeded = false): Promise<Exchange> =>
  asking.ask(receiver.url(behaviour), { bodyNeeded, timeoutMs: deadlineOf(behaviour) });

const responseOf = (exchange: Exchange) => {
  assert.equal(exchange.answer.kind, "response", JSON.stringify(exchange.answer));
  return exchange.answer;
};

const faults: readonly (readonly [HostileBehaviour, NetworkFault])[] = [
  ["hangs", "headers_timeout"],
  ["drips_head", "headers_timeout"],
  ["drips_body", "body_timeout"],
  ["closes", "reset"],
  ["resets", "reset"],
  ["resets_in_body", "reset"],
  // Whether more was promised than there is, or the rest was lost on the way, cannot be told apart.
  ["length_too_long", "reset"],
  ["length_twice", "bad_response"],
  ["length_negative", "bad_response"],
  ["chunk_broken", "bad_response"],
  ["chunks_cut", "reset"],
  ["not_http", "bad_response"],
  ["http_09", "bad_response"],
  ["binary", "bad_response"],
  ["switches_protocol", "bad_response"],
  ["says_continue", "bad_response"],
  ["huge_headers", "bad_response"],
  ["endless_headers", "bad_response"],
  ["hints_forever", "bad_response"],
  ["extends_a_chunk", "bad_response"],
];

for (const [behaviour, fault] of faults) {
  test(`a receiver that ${behaviour} is told as ${fault}, and the next is served`, async () => {
    const { answer, durationMs } = await heardFrom(behaviour);
    assert.equal(answer.kind, "fault", JSON.stringify(answer));
    assert.equal(answer.fault, fault, answer.message);
    assert.notEqual(answer.message, "");
    assert.ok(durationMs < deadlineOf(behaviour) + 1_000, `${durationMs} ms`);
    assert.equal(responseOf(await heardFrom("ok")).body, "fine");
    assert.deepEqual(crashes, []);
  });
}

const answers: readonly (readonly [HostileBehaviour, number, string])[] = [
  ["ok", 200, "fine"],
  ["empty", 204, ""],
  ["not_found", 404, '{"error":"no such thing"}'],
  ["unavailable", 503, ""],
  ["odd_status", 799, ""],
  ["hints_first", 200, "fine"],
  ["length_too_short", 200, "fine"],
  ["until_close", 200, "fine"],
  ["spells_its_answer", 200, "fine"],
  ["gzip", 200, "fine, and packed"],
  ["brotli", 200, "fine, and packed"],
  ["deflate", 200, "fine, and packed"],
  ["deflate_bare", 200, "fine, and packed"],
];

for (const [behaviour, status, body] of answers) {
  test(`a receiver that answers ${behaviour} is heard whole`, async () => {
    const answer = responseOf(await heardFrom(behaviour, true));
    assert.deepEqual([answer.status, answer.body, answer.bodyTruncated], [status, body, false]);
  });
}

test("a redirect is an answer, and nobody follows it", async () => {
  const before = receiver.heard("ok");
  const inside = responseOf(await heardFrom("redirects_inside"));
  const outside = responseOf(await heardFrom("redirects"));
  assert.deepEqual([inside.status, outside.status], [307, 302]);
  assert.ok(inside.headers.includes("http://169.254.169.254/latest/meta-data/"));
  assert.equal(receiver.heard("ok"), before);
});

test("of a long body the first 4 KiB are kept, and it says that there was more", async () => {
  for (const behaviour of ["long_body", "gzip_long", "drainable_body", "huge_body"] as const) {
    const answer = responseOf(await heardFrom(behaviour, true));
    assert.deepEqual(
      [behaviour, answer.status, answer.body.length, answer.bodyTruncated],
      [behaviour, 200, 4_096, true],
    );
  }
});

test("who tests the body is told all of it that was read, and whether there was more", async () => {
  for (const behaviour of ["long_body", "gzip_long", "drainable_body", "huge_body", "gzip_bomb"] as const) {
    await heardFrom(behaviour, true);
    const tested = asking.testedBody();
    const isCut = behaviour === "huge_body" || behaviour === "gzip_bomb";
    assert.equal(tested?.isCut, isCut, behaviour);
    assert.ok((tested?.text.length ?? 0) > 4_096, behaviour);
    if (isCut) assert.equal(tested?.text.length, 256 * 1024, behaviour);
    await heardFrom(behaviour, false);
    assert.equal(asking.testedBody(), null, behaviour);
  }
  await heardFrom("ok", true);
  assert.equal(asking.testedBody(), null);
});

test("a hundred thousand chunks of one byte are one body, and its connection is used again", async () => {
  await heardFrom("ok");
  const before = receiver.connections();
  const answer = responseOf(await heardFrom("tiny_chunks", true));
  assert.deepEqual([answer.body, answer.bodyTruncated], ["c".repeat(4_096), true]);
  assert.equal(asking.testedBody()?.text, "c".repeat(100_000));
  await heardFrom("ok");
  assert.equal(receiver.connections(), before);
});

test("a character that the cut goes through is left out", async () => {
  const answer = responseOf(await heardFrom("cut_character"));
  assert.equal(answer.body, "a".repeat(4_095));
});

test("a body without an end is cut off, and its status counts", async () => {
  const endless = await heardFrom("endless_body");
  const refusal = await heardFrom("endless_refusal");
  assert.deepEqual([responseOf(endless).status, responseOf(refusal).status], [200, 410]);
  assert.ok(endless.durationMs < deadlineMs);
});

test("after a body that could be drained its connection is used again, after one that was cut off it is not", async () => {
  await heardFrom("ok");
  const before = receiver.connections();
  await heardFrom("drainable_body");
  await heardFrom("ok");
  assert.equal(receiver.connections(), before);
  await heardFrom("endless_body");
  await heardFrom("ok");
  assert.equal(receiver.connections(), before + 1);
});

test("a packed bomb is opened no further than what is kept", async () => {
  const exchange = await heardFrom("gzip_bomb", true);
  const answer = responseOf(exchange);
  assert.equal(answer.body, "x".repeat(4_096));
  assert.equal(answer.bodyTruncated, true);
});

test("a body that cannot be unpacked is bad only for who needs to read it", async () => {
  for (const behaviour of ["gzip_broken", "gzip_unknown"] as const) {
    const needed = await heardFrom(behaviour, true);
    assert.equal(needed.answer.kind === "fault" && needed.answer.fault, "bad_response");
    const notNeeded = responseOf(await heardFrom(behaviour, false));
    assert.deepEqual([notNeeded.status, notNeeded.body], [200, ""]);
  }
});

test("of many headers 64 are kept, of long ones 8 KiB", async () => {
  const many = responseOf(await heardFrom("many_headers"));
  assert.equal(many.headers.length, 128);
  assert.deepEqual(many.headers.slice(0, 2), ["x-0", "0"]);
  const long = responseOf(await heardFrom("long_headers"));
  const characters = long.headers.join("").length;
  assert.ok(characters > 6_000 && characters <= 8_192, `${characters} characters`);
});

test("Retry-After is told in seconds", async () => {
  assert.equal(responseOf(await heardFrom("unavailable")).retryAfterS, 120);
  assert.equal(responseOf(await heardFrom("ok")).retryAfterS, null);
});

test("bytes that trickle in do not move the deadline", async () => {
  const { durationMs } = await heardFrom("drips_body");
  assert.ok(durationMs >= deadlineMs && durationMs < deadlineMs + 1_000, `${durationMs} ms`);
});

test("a hundred that hang leave no connection open and hold nobody up", async () => {
  const hanging = Array.from({ length: 100 }, () => heardFrom("hangs"));
  assert.equal(responseOf(await heardFrom("ok")).status, 200);
  const exchanges = await Promise.all(hanging);
  assert.ok(exchanges.every(({ answer }) => answer.kind === "fault" && answer.fault === "headers_timeout"));
  // The one that was answered may stay for the next.
  await receiver.whenOpen(1);
});
