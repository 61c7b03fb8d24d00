import ipaddr from "ipaddr.js";

/** May an address be sent to? `null`, or why not. */
export type AddressGuard = (address: string) => string | null;

/**
 * Refuses every address that is not plainly on the public internet (server-side request forgery:
 * a partner chooses its URLs, and must not reach what only this machine reaches). It is asked for
 * literals before connecting, for every answer of a look-up, and for the connected socket.
 *
 * IPv4: everything in the IANA special-purpose registry is refused, and multicast. IPv6: only
 * 2000::/3 is taken, less the exceptions below; so loopback, link-local, unique-local, v4-mapped,
 * v4-compatible (`::127.0.0.1`), NAT64 and multicast need no rule of their own. An address with a
 * zone is never public.
 *
 * The operator's CIDRs come first. A v4-mapped IPv6 address is not in an IPv4 CIDR.
 */
export const addressGuard = (allowedCidrs: readonly string[]): AddressGuard => {
  const allowed = allowedCidrs.map(parseCidr);
  return (text) => {
    if (!ipaddr.isValid(text)) return "not an IP address";
    const address = ipaddr.parse(text);
    if (address instanceof ipaddr.IPv6 && address.zoneId !== undefined) return "an address with a zone is local";
    if (allowed.some((range) => covers(range, address))) return null;
    return address instanceof ipaddr.IPv4 ? refusalIn(refusedIpv4, address) : refusalOfIpv6(address);
  };
};

/** Why a CIDR cannot be used in the allow list, or null. */
export const cidrProblem = (cidr: string): string | null =>
  ipaddr.isValidCIDR(cidr) ? null : `${cidr} is no CIDR; write 10.1.0.0/16 or fd00:1::/32`;

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = readonly [address: Address, prefix: number];
type NamedRange = { readonly range: Range; readonly name: string };

const parseCidr = (cidr: string): Range => {
  const problem = cidrProblem(cidr);
  if (problem !== null) throw new Error(problem);
  return ipaddr.parseCIDR(cidr);
};

const covers = (range: Range, address: Address): boolean => {
  const [network, prefix] = range;
  return network.kind() === address.kind() && address.match(network, prefix);
};

const refusalIn = (ranges: readonly NamedRange[], address: Address): string | null =>
  ranges.find((refused) => covers(refused.range, address))?.name ?? null;

const refusalOfIpv6 = (address: ipaddr.IPv6): string | null =>
  covers(publicIpv6, address) ? refusalIn(refusedIpv6, address) : "not a public unicast address";

const named = (cidr: string, name: string): NamedRange => ({ range: parseCidr(cidr), name });

/**
 * https://www.iana.org/assignments/iana-ipv4-special-registry, whole; multicast (RFC 5771); and an address
 * that looks public and is answered by the machine's own host. The metadata services of other clouds lie in
 * what is refused anyway: 169.254.169.254, Alibaba's 100.100.100.200 (CGNAT), Oracle's 192.0.0.192,
 * fd00:ec2::254 and fd20:ce::254 (unique local).
 */
const refusedIpv4 = [
  named("168.63.129.16/32", "Azure's WireServer"),
  named("0.0.0.0/8", "this network"),
  named("10.0.0.0/8", "private"),
  named("100.64.0.0/10", "shared by a carrier (CGNAT)"),
  named("127.0.0.0/8", "loopback"),
  named("169.254.0.0/16", "link-local (metadata services)"),
  named("172.16.0.0/12", "private"),
  named("192.0.0.0/24", "protocol assignments"),
  named("192.0.2.0/24", "documentation"),
  named("192.31.196.0/24", "AS112"),
  named("192.52.193.0/24", "AMT"),
  named("192.88.99.0/24", "6to4 relay"),
  named("192.168.0.0/16", "private"),
  named("192.175.48.0/24", "AS112"),
  named("198.18.0.0/15", "benchmarking"),
  named("198.51.100.0/24", "documentation"),
  named("203.0.113.0/24", "documentation"),
  named("224.0.0.0/4", "multicast"),
  named("240.0.0.0/4", "reserved, broadcast"),
];

const publicIpv6 = parseCidr("2000::/3");

/** What https://www.iana.org/assignments/iana-ipv6-special-registry takes out of 2000::/3. */
const refusedIpv6 = [
  named("2001::/23", "protocol assignments (Teredo, ORCHID, benchmarking)"),
  named("2001:db8::/32", "documentation"),
  named("2002::/16", "6to4, which wraps an IPv4 address"),
  named("2620:4f:8000::/48", "AS112"),
  named("3fff::/20", "documentation"),
];
