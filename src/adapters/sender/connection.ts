import type { LookupAddress } from "node:dns";
import { isIP, type LookupFunction, Socket } from "node:net";
import { rootCertificates } from "node:tls";
import { buildConnector } from "undici";
import type { AddressGuard } from "./address-guard.ts";
import type { KnownName, NameResolver } from "./name-resolver.ts";
import { addressRefused, connectFault, SenderFault } from "./sender-fault.ts";
import type { SenderSettings } from "./sender-settings.ts";

/** What is known of one connection; instants are monotonic. */
export type Connection = {
  lookedUpAt: number | null;
  connectedAt: number | null;
  remoteAddress: string | null;
  socket: Socket | null;
  /** The host is a name, so there is a look-up. */
  readonly hasName: boolean;
};

/** Where to: the parts of an origin, as the URL parser has them. */
export type ConnectionTarget = {
  /** IPv6 without its brackets. */
  readonly hostname: string;
  readonly host: string;
  readonly protocol: string;
  readonly port: string;
};

/** Makes connections, each told of to `onStart` before anything happens on it. */
export type Connect = (onStart: (connection: Connection) => void) => buildConnector.connector;

/**
 * Connections that the guard has agreed to: every address that a name leads to is judged before it
 * is connected to, and the address that a socket is connected to is judged once more before a byte
 * of a request is written. (Literals never reach the look-up; `request-target.ts` judges them.)
 */
export const connectGuarded = (options: {
  readonly settings: SenderSettings;
  readonly guard: AddressGuard;
  readonly resolve: NameResolver;
  readonly now: () => number;
}): Connect => {
  const { settings, guard, resolve, now } = options;
  const connectPlain = buildConnector({
    // HTTP/1.1 on purpose: postbacks are small and many receivers' HTTP/2 limits are unknown; one
    // stream error there would cut everything in flight on the connection.
    allowH2: false,
    timeout: settings.connectTimeoutMs,
    lookup: guardedLookup(resolve, guard),
    ...(settings.extraAuthorities.length > 0 ? { ca: [...rootCertificates, ...settings.extraAuthorities] } : {}),
    // One address after the other, IPv4 first; each but the last has this long.
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: 2_000,
  });

  return (onStart) => (target, callback) => {
    const secure = target.protocol === "https:";
    const connection: Connection = {
      lookedUpAt: null,
      connectedAt: null,
      remoteAddress: null,
      socket: null,
      hasName: isIP(target.hostname) === 0,
    };
    onStart(connection);
    const socket: unknown = connectPlain(target, (error, connected) => {
      if (error !== null) {
        callback(connectFault(error, secure), null);
        return;
      }
      connection.remoteAddress = connected.remoteAddress ?? "";
      const refusal = guard(connection.remoteAddress);
      if (refusal === null) {
        connection.connectedAt = now();
        connection.socket = connected;
        callback(null, connected);
      } else {
        connected.destroy();
        callback(addressRefused(connection.remoteAddress, refusal), null);
      }
    });
    if (socket instanceof Socket) {
      socket.once("lookup", (error: Error | null) => {
        if (error === null) connection.lookedUpAt = now();
      });
    }
  };
};

/** Answers addresses that may be sent to; the others of the name are left out. Never at once: its caller listens only afterwards. */
const guardedLookup =
  (resolve: NameResolver, guard: AddressGuard): LookupFunction =>
  (name, _options, callback) =>
    resolve(name, (known) => {
      const addresses = sendableAddresses(known, guard);
      queueMicrotask(() => (addresses instanceof SenderFault ? callback(addresses, []) : callback(null, addresses)));
    });

const sendableAddresses = (known: KnownName, guard: AddressGuard): LookupAddress[] | SenderFault => {
  if (known.kind === "fault") return known.fault;
  const allowed = known.addresses.filter((address) => guard(address) === null);
  if (allowed.length > 0) {
    return allowed.slice(0, addressesTriedMax).map((address) => ({ address, family: isIP(address) }));
  }
  const [first] = known.addresses;
  if (first === undefined) return new SenderFault("name_not_found", "the name has no address");
  return addressRefused(first, guard(first));
};

const addressesTriedMax = 8;
