import assert from "node:assert/strict";
import { test } from "node:test";
import { parseHosts } from "./hosts-file.ts";
import type { NameAnswer } from "./name-query.ts";
import { type KnownName, nameResolver } from "./name-resolver.ts";
import { SenderFault } from "./sender-fault.ts";

const noHosts = () => null;
const at = (...addresses: string[]): NameAnswer => ({ kind: "addresses", addresses, ttlS: 60 });
const notFound: NameAnswer = { kind: "fault", fault: new SenderFault("name_not_found", "no address") };
const lookupFailed: NameAnswer = { kind: "fault", fault: new SenderFault("name_lookup_failed", "nobody there") };

/** A resolver whose time is turned, and whose name servers are played. */
const playedResolver = (hosts: (name: string) => readonly string[] | null = noHosts) => {
  const asked: { readonly name: string; readonly answer: (answer: NameAnswer) => void }[] = [];
  let now = 0;
  const resolve = nameResolver({
    query: (name, answer) => asked.push({ name, answer }),
    hosts,
    now: () => now,
  });
  return {
    asked,
    pass: (ms: number) => {
      now += ms;
    },
    resolve: (name: string): KnownName[] => {
      const heard: KnownName[] = [];
      resolve(name, (answer) => heard.push(answer));
      return heard;
    },
    answer: (answer: NameAnswer) => asked.at(-1)?.answer(answer),
  };
};

const addressesOf = (heard: readonly KnownName[]): readonly string[] | string => {
  const [known] = heard;
  if (known === undefined) return "nothing heard";
  return known.kind === "addresses" ? known.addresses : known.fault.fault;
};

test("all who ask for a name while it is asked for wait for one answer", () => {
  const played = playedResolver();
  const heard = [played.resolve("a.example"), played.resolve("A.EXAMPLE."), played.resolve("a.example")];
  assert.equal(played.asked.length, 1);
  assert.deepEqual(heard.map(addressesOf), ["nothing heard", "nothing heard", "nothing heard"]);
  played.answer(at("192.0.2.1"));
  assert.deepEqual(heard.map(addressesOf), [["192.0.2.1"], ["192.0.2.1"], ["192.0.2.1"]]);
});

test("an answer holds as long as its TTL, at least a second, at most ten minutes", () => {
  const lifetimes: readonly (readonly [ttlS: number, ms: number])[] = [
    [0, 1_000],
    [60, 60_000],
    [604_800, 600_000],
  ];
  for (const [ttlS, ms] of lifetimes) {
    const played = playedResolver();
    played.resolve("a.example");
    played.answer({ kind: "addresses", addresses: ["192.0.2.1"], ttlS });
    played.pass(ms - 1);
    played.resolve("a.example");
    assert.equal(played.asked.length, 1, `${ttlS} s, just before`);
    played.pass(1);
    played.resolve("a.example");
    assert.equal(played.asked.length, 2, `${ttlS} s, just after`);
  }
});

test("a name that is not there is not asked for again at once, but soon", () => {
  const played = playedResolver();
  played.resolve("a.example");
  played.answer(notFound);
  played.pass(4_999);
  assert.equal(addressesOf(played.resolve("a.example")), "name_not_found");
  assert.equal(played.asked.length, 1);
  played.pass(1);
  played.resolve("a.example");
  assert.equal(played.asked.length, 2);
});

test("while name servers are out of reach the last addresses serve on, for an hour", () => {
  const played = playedResolver();
  played.resolve("a.example");
  played.answer(at("192.0.2.1"));
  played.pass(60_000);
  const during = played.resolve("a.example");
  played.answer(lookupFailed);
  assert.deepEqual(addressesOf(during), ["192.0.2.1"]);
  played.pass(3_600_000);
  const tooLate = played.resolve("a.example");
  played.answer(lookupFailed);
  assert.equal(addressesOf(tooLate), "name_lookup_failed");
});

test("a name that is gone is gone at once, whatever it was before", () => {
  const played = playedResolver();
  played.resolve("a.example");
  played.answer(at("192.0.2.1"));
  played.pass(60_000);
  const after = played.resolve("a.example");
  played.answer(notFound);
  assert.equal(addressesOf(after), "name_not_found");
});

test("ten thousand names are remembered, and then the longest unheard of is forgotten", () => {
  const played = playedResolver();
  for (let n = 0; n <= 10_000; n++) {
    played.resolve(`${n}.example`);
    played.answer(at("192.0.2.1"));
  }
  const before = played.asked.length;
  played.resolve("1.example");
  assert.equal(played.asked.length, before);
  played.resolve("0.example");
  assert.equal(played.asked.length, before + 1);
});

test("the hosts file goes before the name servers, and localhost asks nobody", () => {
  const hosts = parseHosts("192.0.2.7  Printer printer.lan # the old one\n#192.0.2.8 printer\n2001:db8::7 printer\n\n");
  const played = playedResolver((name) => hosts.get(name) ?? null);
  assert.deepEqual(addressesOf(played.resolve("PRINTER")), ["192.0.2.7", "2001:db8::7"]);
  assert.deepEqual(addressesOf(played.resolve("printer.lan.")), ["192.0.2.7"]);
  assert.deepEqual(addressesOf(played.resolve("localhost")), ["127.0.0.1", "::1"]);
  assert.deepEqual(addressesOf(played.resolve("any.localhost")), ["127.0.0.1", "::1"]);
  assert.equal(played.asked.length, 0);
});
