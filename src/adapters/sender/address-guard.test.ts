import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { addressGuard, cidrProblem } from "./address-guard.ts";

const guard = addressGuard([]);

const refusedRanges: readonly (readonly [first: string, last: string])[] = [
  ["0.0.0.0", "0.255.255.255"],
  ["10.0.0.0", "10.255.255.255"],
  ["100.64.0.0", "100.127.255.255"],
  ["127.0.0.0", "127.255.255.255"],
  ["169.254.0.0", "169.254.255.255"],
  ["172.16.0.0", "172.31.255.255"],
  ["192.0.0.0", "192.0.0.255"],
  ["192.0.2.0", "192.0.2.255"],
  ["192.31.196.0", "192.31.196.255"],
  ["192.52.193.0", "192.52.193.255"],
  ["192.88.99.0", "192.88.99.255"],
  ["192.168.0.0", "192.168.255.255"],
  ["192.175.48.0", "192.175.48.255"],
  ["198.18.0.0", "198.19.255.255"],
  ["198.51.100.0", "198.51.100.255"],
  ["203.0.113.0", "203.0.113.255"],
  ["224.0.0.0", "255.255.255.255"],
];

const numberOf = (ipv4: string): number => ipv4.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
const ipv4Of = (number: number): string => [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff).join(".");

test("metadata services of clouds are refused, also where their address looks public", () => {
  for (const address of ["168.63.129.16", "169.254.169.254", "100.100.100.200", "192.0.0.192", "fd00:ec2::254"]) {
    assert.notEqual(guard(address), null, address);
  }
  for (const neighbour of ["168.63.129.15", "168.63.129.17"]) assert.equal(guard(neighbour), null, neighbour);
});

test("every range of the IPv4 special-purpose registry is refused from its first to its last address, and no further", () => {
  for (const [first, last] of refusedRanges) {
    for (const inside of [numberOf(first), numberOf(first) + 1, numberOf(last) - 1, numberOf(last)]) {
      assert.notEqual(guard(ipv4Of(inside)), null, ipv4Of(inside));
    }
    for (const outside of [numberOf(first) - 1, numberOf(last) + 1]) {
      if (outside < 0 || outside > 0xffffffff || outside === numberOf("223.255.255.255") + 1) continue;
      assert.equal(guard(ipv4Of(outside)), null, ipv4Of(outside));
    }
  }
});

test("an IPv4 address is taken exactly when it is in none of the refused ranges", () => {
  const isRefused = (number: number): boolean =>
    refusedRanges.some(([first, last]) => number >= numberOf(first) && number <= numberOf(last));
  fc.assert(
    fc.property(fc.nat(0xffffffff), (number) => {
      assert.equal(guard(ipv4Of(number)) !== null, isRefused(number), ipv4Of(number));
    }),
    { numRuns: 2_000 },
  );
});

const refusedIpv6 = [
  "::",
  "::1",
  "::127.0.0.1",
  "::ffff:127.0.0.1",
  "::ffff:7f00:1",
  "::ffff:8.8.8.8",
  "0:0:0:0:0:ffff:0a00:0001",
  "64:ff9b::127.0.0.1",
  "64:ff9b::808:808",
  "64:ff9b:1::a00:1",
  "100::1",
  "100:0:0:1::1",
  "1fff:ffff::1",
  "2001::1",
  "2001:0:4136:e378:8000:63bf:3fff:fdd2",
  "2001:1::1",
  "2001:2::1",
  "2001:3::1",
  "2001:4:112::1",
  "2001:10::1",
  "2001:20::1",
  "2001:30::1",
  "2001:1ff:ffff::1",
  "2001:db8::1",
  "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
  "2002:7f00:1::",
  "2002:a00:1::1",
  "2002:808:808::1",
  "2620:4f:8000::1",
  "3fff::1",
  "3fff:fff:ffff::1",
  "4000::1",
  "5f00::1",
  "fc00::1",
  "fd12:3456:789a::1",
  "fe80::1",
  "fe80::1%eth0",
  "fec0::1",
  "ff02::1",
  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
];

test("of IPv6 everything but global unicast is refused, and of that what is set apart", () => {
  for (const address of refusedIpv6) assert.notEqual(guard(address), null, address);
});

test("global unicast is taken, right beside what is set apart", () => {
  const taken = [
    "2000::1",
    "2001:200::1",
    "2001:db7:ffff::1",
    "2001:db9::1",
    "2001:4860:4860::8888",
    "2003::1",
    "2606:4700:4700::1111",
    "2620:4f:7fff::1",
    "2620:4f:8001::1",
    "2a00:1450:4001::1",
    "3ffe:ffff::1",
    "3fff:1000::1",
  ];
  for (const address of taken) assert.equal(guard(address), null, address);
});

test("every v4-mapped and every v4-compatible address is refused, whatever it wraps", () => {
  fc.assert(
    fc.property(fc.nat(0xffffffff), (number) => {
      assert.notEqual(guard(`::ffff:${ipv4Of(number)}`), null);
      assert.notEqual(guard(`::${ipv4Of(number)}`), null);
    }),
  );
});

test("what is no address is refused", () => {
  for (const text of ["", "example.com", "localhost", "1.2.3.4/8", "[::1]", "1.2.3.4.5", "::g"]) {
    assert.notEqual(guard(text), null, text);
  }
});

test("an address with a zone is refused, even where its range is allowed", () => {
  assert.notEqual(addressGuard(["fe80::/10"])("fe80::1%eth0"), null);
  assert.notEqual(guard("2606:4700::1%eth0"), null);
});

test("the operator's CIDRs are let through, and nothing beside them", () => {
  const open = addressGuard(["127.0.0.0/8", "10.1.0.0/16", "fd00:1::/32"]);
  for (const address of ["127.0.0.1", "127.255.255.255", "10.1.255.255", "fd00:1::1", "8.8.8.8"]) {
    assert.equal(open(address), null, address);
  }
  for (const address of ["10.0.255.255", "10.2.0.0", "fd00:2::1", "::1", "::ffff:127.0.0.1", "169.254.169.254"]) {
    assert.notEqual(open(address), null, address);
  }
});

test("a CIDR that is none is named with a good one", () => {
  for (const cidr of ["10.0.0.0", "10.0.0.0/33", "fd00::/129", "localhost/8", ""]) {
    assert.match(cidrProblem(cidr) ?? "", /is no CIDR; write 10\.1\.0\.0\/16/);
    assert.throws(() => addressGuard([cidr]), /is no CIDR/);
  }
  assert.equal(cidrProblem("10.1.0.0/16"), null);
  assert.equal(cidrProblem("fd00:1::/32"), null);
});
