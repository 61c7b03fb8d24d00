import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { systemClock } from "#src/adapters/system/system-clock.ts";
import type { Exchange, NetworkFault } from "#src/core/postbacks/attempt.ts";
import { askingSender } from "#test/support/asking-sender.ts";
import { type NameAnswer, startNameServer } from "#test/support/name-server.ts";
import { startRecordingReceiver } from "#test/support/recording-receiver.ts";
import { openSender } from "./open-sender.ts";

const here: NameAnswer = { addresses: ["127.0.0.1"] };

/** A sender that asks a name server of this machine, and a receiver on it. */
const aSenderAsking = async (context: TestContext, answerOf: (name: string) => NameAnswer) => {
  const names = await startNameServer(answerOf);
  const receiver = await startRecordingReceiver();
  const sender = await openSender({
    clock: systemClock,
    threads: 1,
    settings: {
      allowedCidrs: ["127.0.0.0/8"],
      nameServers: [names.address],
      hostsFile: null,
      lookupTimeoutMs: 500,
      connectTimeoutMs: 2_000,
    },
  });
  context.after(async () => {
    await sender.close(0);
    await receiver.close();
    await names.close();
  });
  return { names, receiver, asking: askingSender(sender), urlAt: (name: string) => `http://${name}:${receiver.port}/` };
};

test("a name is looked up once and then known, and the look-up is timed", async (context) => {
  const { asking, names, receiver, urlAt } = await aSenderAsking(context, () => here);
  const exchanges: Exchange[] = [];
  for (let n = 0; n < 3; n++) exchanges.push(await asking.ask(urlAt("partner.example")));
  assert.deepEqual(names.asked.toSorted(), ["A partner.example", "AAAA partner.example"]);
  assert.equal(receiver.heard[0]?.headers["host"], `partner.example:${receiver.port}`);
  const [first, , third] = exchanges;
  const { lookupMs, connectMs, firstByteMs } = first?.phases ?? {};
  assert.ok(typeof lookupMs === "number" && typeof connectMs === "number" && typeof firstByteMs === "number");
  assert.ok(lookupMs <= connectMs && connectMs <= firstByteMs && firstByteMs <= (first?.durationMs ?? 0));
  assert.deepEqual(third?.phases.lookupMs, null);
  assert.deepEqual(third?.phases.connectMs, null);
  assert.equal(third?.remoteAddress, "127.0.0.1");
});

test("of the addresses of a name only those that may be sent to are connected to", async (context) => {
  const { asking, receiver, urlAt } = await aSenderAsking(context, (name) => {
    if (name === "mixed.example") return { addresses: ["10.0.0.1", "169.254.169.254", "127.0.0.1", "::1"] };
    if (name === "six.example") return { addresses: ["::1"] };
    return { addresses: ["192.168.0.1"] };
  });
  const mixed = await asking.ask(urlAt("mixed.example"));
  assert.equal(mixed.answer.kind, "response");
  assert.equal(mixed.remoteAddress, "127.0.0.1");
  for (const name of ["inside.example", "six.example", "inside.example."]) {
    const { answer } = await asking.ask(urlAt(name));
    assert.equal(answer.kind === "fault" && answer.fault, "address_refused", name);
  }
  assert.equal(receiver.heard.length, 1);
});

test("localhost, with a dot and below, is this machine: taken only where it is allowed", async (context) => {
  const { asking, receiver, urlAt } = await aSenderAsking(context, () => "silent");
  const closed = await openSender({ clock: systemClock, threads: 1, settings: { hostsFile: null } });
  context.after(() => closed.close(0));
  for (const name of ["localhost", "localhost.", "LOCALHOST", "a.localhost"]) {
    const { answer } = await asking.ask(urlAt(name));
    assert.equal(answer.kind, "response", name);
  }
  const refusing = askingSender(closed);
  for (const name of ["localhost", "localhost.", "a.localhost"]) {
    const { answer } = await refusing.ask(urlAt(name));
    assert.equal(answer.kind === "fault" && answer.fault, "address_refused", name);
  }
  assert.equal(receiver.heard.length, 4);
});

const failures: readonly (readonly [what: string, answer: NameAnswer, root: NameAnswer, fault: NetworkFault])[] = [
  ["there is no such name", "no_such_name", "silent", "name_not_found"],
  ["the name has no address", { addresses: [] }, "silent", "name_not_found"],
  ["the servers of the name fail, and the root is known", "server_failure", { addresses: [] }, "name_not_found"],
  ["the servers of the name are silent, and the root is known", "silent", { addresses: [] }, "name_not_found"],
  ["our name servers are silent to everything", "silent", "silent", "name_lookup_failed"],
  ["our name servers fail at everything", "server_failure", "server_failure", "name_lookup_failed"],
  ["our name servers refuse us", "refused", "refused", "name_lookup_failed"],
];

for (const [what, answer, root, fault] of failures) {
  test(`when ${what}, that is told as ${fault}`, async (context) => {
    const { asking, urlAt } = await aSenderAsking(context, (name) => (name === "" ? root : answer));
    const exchange = await asking.ask(urlAt("partner.example"));
    assert.equal(exchange.answer.kind === "fault" && exchange.answer.fault, fault);
  });
}

test("one kind of address that is never answered does not hold up the other", async (context) => {
  // Both questions come under one name; the first of the pair is answered.
  const seen = new Set<string>();
  const { asking, urlAt } = await aSenderAsking(context, (name) => {
    if (seen.has(name)) return "silent";
    seen.add(name);
    return here;
  });
  const { answer } = await asking.ask(urlAt("partner.example"));
  assert.equal(answer.kind, "response");
});

test("eight dead names hold up no healthy one: it is served while they are still looked up", async (context) => {
  const { asking, names, urlAt } = await aSenderAsking(context, (name) => (name.startsWith("dead") ? "silent" : here));
  const dead = Array.from({ length: 8 }, (_, n) =>
    Array.from({ length: 10 }, () => asking.ask(urlAt(`dead-${n}.example`), { timeoutMs: 5_000 })),
  ).flat();
  const healthy = await asking.ask(urlAt("healthy.example"), { timeoutMs: 5_000 });
  // Tickets are given in order: the healthy one's is the last, and nobody was answered before it.
  assert.deepEqual(asking.answered, [dead.length + 1]);
  assert.equal(healthy.answer.kind, "response");
  assert.equal(new Set(names.asked.filter((asked) => asked.includes("dead"))).size, 16);
  for (const { answer } of await Promise.all(dead)) assert.equal(answer.kind, "fault");
});
