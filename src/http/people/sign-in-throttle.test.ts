import assert from "node:assert/strict";
import { test } from "node:test";
import { openSignInThrottle } from "./sign-in-throttle.ts";

const aThrottle = () => {
  let now = 1_000;
  const throttle = openSignInThrottle({ monotonic: () => now });
  return { throttle, pass: (ms: number) => (now += ms) };
};
const ada = { email: "ada@example.com", address: "192.0.2.1" };

test("five failures are free, then each doubles the wait up to a quarter of an hour", () => {
  const { throttle, pass } = aThrottle();
  for (let tried = 0; tried < 5; tried += 1) assert.equal(throttle.attempt(ada), 0);
  const waits: number[] = [];
  for (let tried = 0; tried < 12; tried += 1) {
    const wait = throttle.attempt(ada);
    waits.push(wait);
    pass(wait);
    assert.equal(throttle.attempt(ada), 0, "who has waited may try");
  }
  assert.deepEqual(waits.slice(0, 5), [1_000, 2_000, 4_000, 8_000, 16_000]);
  assert.equal(waits.at(-1), 900_000);
});

test("what is refused for its haste does not lengthen the wait, and an hour forgets", () => {
  const { throttle, pass } = aThrottle();
  for (let tried = 0; tried < 5; tried += 1) throttle.attempt(ada);
  for (let tried = 0; tried < 100; tried += 1) assert.equal(throttle.attempt(ada), 1_000);
  pass(3_600_000);
  for (let tried = 0; tried < 5; tried += 1) assert.equal(throttle.attempt(ada), 0);
});

test("attempts that come all at once count before any of them is answered", () => {
  const { throttle } = aThrottle();
  const waits = Array.from({ length: 50 }, () => throttle.attempt(ada));
  assert.equal(waits.filter((wait) => wait === 0).length, 5);
});

test("a success clears the email and its address", () => {
  const { throttle } = aThrottle();
  for (let tried = 0; tried < 5; tried += 1) throttle.attempt(ada);
  throttle.succeeded(ada);
  assert.equal(throttle.attempt(ada), 0);
});

test("one address that guesses at many emails is slowed down, also where it has an account of its own", () => {
  const { throttle } = aThrottle();
  let free = 0;
  for (let tried = 0; tried < 60; tried += 1) {
    if (throttle.attempt({ email: `p${tried}@example.com`, address: "192.0.2.1" }) === 0) free += 1;
    const own = { email: "mallory@example.com", address: "192.0.2.1" };
    if (throttle.attempt(own) === 0) throttle.succeeded(own);
  }
  assert.equal(free, 20);
});

test("the addresses of one IPv6 network are one", () => {
  const { throttle } = aThrottle();
  const waits = Array.from({ length: 30 }, (_, at) =>
    throttle.attempt({ email: `p${at}@example.com`, address: `2001:db8:0:1::${at + 1}` }),
  );
  assert.equal(waits.filter((wait) => wait === 0).length, 20);
  assert.equal(throttle.attempt({ email: "x@example.com", address: "2001:db8:0:2::1" }), 0);
});

test("strangers everywhere slow an email for half a minute at most, and its owner at home not at all", () => {
  const { throttle, pass } = aThrottle();
  throttle.attempt(ada);
  throttle.succeeded(ada);
  const stranger = (at: number) => ({ email: ada.email, address: `198.51.100.${at}` });
  let longest = 0;
  for (let at = 0; at < 200; at += 1) {
    const wait = throttle.attempt(stranger(at));
    longest = Math.max(longest, wait);
    pass(wait);
    throttle.attempt(stranger(at));
  }
  assert.equal(longest, 30_000);
  assert.equal(throttle.attempt(ada), 0);
});

test("a flood of keys pushes the oldest out", () => {
  const { throttle } = aThrottle();
  for (let tried = 0; tried < 5; tried += 1) throttle.attempt(ada);
  assert.ok(throttle.attempt(ada) > 0);
  for (let at = 0; at < 10_001; at += 1)
    throttle.attempt({ email: `p${at}@example.com`, address: `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}` });
  assert.equal(throttle.attempt(ada), 0);
});
