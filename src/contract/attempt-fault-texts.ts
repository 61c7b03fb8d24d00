import type { NetworkFault } from "#src/core/postbacks/attempt.ts";

/** What each code in an attempt's `fault` means, and what to do about it. */
export const attemptFaultTexts: Readonly<
  Record<NetworkFault, { readonly meaning: string; readonly remedy: string; readonly costs: "an attempt" | "nothing" }>
> = {
  name_not_found: {
    meaning: "The host's name has no address, or the name servers of its domain fail.",
    remedy: "Correct the host in the template; else it is the partner's to mend.",
    costs: "an attempt",
  },
  name_lookup_failed: {
    meaning: "Our own resolver answers nothing.",
    remedy: "Mend the resolver, or name another in `CAROM_RESOLVERS`.",
    costs: "nothing",
  },
  address_refused: {
    meaning: "The address is private or special, and postbacks go to public ones only.",
    remedy: "Allow the network in `CAROM_ALLOWED_NETWORKS` if it is meant, and restart.",
    costs: "an attempt",
  },
  connect_refused: {
    meaning: "Nobody listens at the address, or no way leads there.",
    remedy: "It is tried again; if it stays so, ask the partner.",
    costs: "an attempt",
  },
  connect_timeout: {
    meaning: "Looking up the name or connecting took too long.",
    remedy: "It is tried again; if it stays so, look at the network between.",
    costs: "an attempt",
  },
  tls_failed: {
    meaning: "The TLS handshake failed: a certificate that is not trusted, of another name, or expired.",
    remedy: "Ask the partner to renew its certificate.",
    costs: "an attempt",
  },
  reset: {
    meaning: "The connection broke before the whole answer was heard.",
    remedy: "It is tried again.",
    costs: "an attempt",
  },
  headers_timeout: {
    meaning: "No answer came within the timeout of the retry policy.",
    remedy: "It is tried again; a slow partner may need a longer `timeout`.",
    costs: "an attempt",
  },
  body_timeout: {
    meaning: "The answer began and did not end within the timeout.",
    remedy: "It is tried again; a slow partner may need a longer `timeout`.",
    costs: "an attempt",
  },
  deadline: {
    meaning: "All connections to the origin were busy until the timeout.",
    remedy: "Lower `in_flight_max` or set a `rate_per_second` in the partner's limits.",
    costs: "an attempt",
  },
  bad_response: {
    meaning: "The answer is not HTTP as it must be, is too large, or cannot be decoded.",
    remedy: "Ask the partner what answers at this address.",
    costs: "an attempt",
  },
  secret_missing: {
    meaning:
      "The request names a secret that is not set, one that today's encryption key does not open, one that cannot stand in a header, or one that is no key for its signature.",
    remedy:
      "Set it with `carom secrets set`, or put the encryption key of its time back; the postback waits meanwhile.",
    costs: "nothing",
  },
  request_invalid: {
    meaning: "The template makes an address or a header that cannot be sent.",
    remedy: "Correct the template, then `carom replay --render current`.",
    costs: "an attempt",
  },
  no_socket: {
    meaning: "This machine has no socket or port left.",
    remedy: "Raise its limit of open files, or send less at once.",
    costs: "nothing",
  },
  sender_crashed: {
    meaning: "The thread that held the attempt ended. Three times, and the postback is dead.",
    remedy: "See the server's log, and report it.",
    costs: "nothing",
  },
};
