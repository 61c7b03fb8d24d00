/** Everything about sending that an operator may set; plain data, so that it can be handed to a thread. */
export type SenderSettings = {
  /** CIDRs that may be sent to although the guard refuses them: `127.0.0.0/8`. */
  readonly allowedCidrs: readonly string[];
  /** Name servers as `address` or `address:port`; null takes the system's. */
  readonly nameServers: readonly string[] | null;
  /** Where names are looked up before any name server; null reads none. */
  readonly hostsFile: string | null;
  /** For one name, over all name servers and tries. */
  readonly lookupTimeoutMs: number;
  /** Open connections to one origin, for each thread. */
  readonly connectionsPerOriginMax: number;
  /** From the look-up of the name to the end of the TLS handshake. */
  readonly connectTimeoutMs: number;
  /** Said to every receiver, unless the request says it itself. */
  readonly userAgent: string;
  /** Certificates (PEM) trusted beside the well-known authorities. */
  readonly extraAuthorities: readonly string[];
};

export const defaultSenderSettings: SenderSettings = {
  allowedCidrs: [],
  nameServers: null,
  hostsFile: "/etc/hosts",
  // With the question whether anyone is there (half as long) still inside the time for connecting.
  lookupTimeoutMs: 5_000,
  // Two receivers at one origin may each have 64 attempts under way (`limits.inFlightMax`).
  connectionsPerOriginMax: 128,
  connectTimeoutMs: 10_000,
  userAgent: "Carom",
  extraAuthorities: [],
};

/** Of an answer's body this much is kept for the log. */
export const bodyKeptBytes = 4096;
/** So much of a body is read, so that the connection can be used again, and seen by a success test; of more, the rest is cut off. */
export const bodyDrainedBytesMax = 256 * 1024;
/** Bytes on the wire for one answer, chunk extensions and interim answers with it, which no other limit sees. */
export const wireBytesMax = 4 * 1024 * 1024;
/** Bytes of an answer's status line and headers; more is `bad_response`. */
export const headBytesMax = 16 * 1024;
/** Headers kept of an answer: pairs, and characters over all of them. */
export const headerPairsKeptMax = 64;
export const headerCharactersKeptMax = 8 * 1024;
export const faultMessageCharactersMax = 300;

/** Idle connections are closed after this, unless the receiver names another time; and never later than the second. */
export const keepAliveMs = 4_000;
export const keepAliveMaxMs = 15_000;
/** Taken off a time that the receiver names: a request must not be on its way when the receiver closes. */
export const keepAliveMarginMs = 2_000;
/** Idle connections to one origin are looked through so often. */
export const idleLookEveryMs = 500;
