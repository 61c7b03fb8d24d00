import type { NetworkFault } from "#src/core/postbacks/attempt.ts";

/** What went wrong on the way, already named. Travels as an error because Node hands errors on, not data. */
export class SenderFault extends Error {
  readonly fault: NetworkFault;

  constructor(fault: NetworkFault, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "SenderFault";
    this.fault = fault;
  }
}

export const addressRefused = (address: string, refusal: string | null): SenderFault =>
  new SenderFault(
    "address_refused",
    `${address} is refused: ${refusal}; CAROM_ALLOWED_NETWORKS names networks that may be sent to nevertheless`,
  );

/** Errors of making a connection: look-up, TCP, TLS, and the guard's own. */
export const connectFault = (error: unknown, secure: boolean): SenderFault => {
  if (error instanceof SenderFault) return error;
  const message = messageOf(error);
  switch (codeOf(error)) {
    case "ECONNREFUSED":
    case "ENETUNREACH":
    case "EHOSTUNREACH":
    case "ENETDOWN":
    case "EHOSTDOWN":
      return new SenderFault("connect_refused", message, error);
    case "ETIMEDOUT":
    case "UND_ERR_CONNECT_TIMEOUT":
      return new SenderFault("connect_timeout", message, error);
    case "EMFILE":
    case "ENFILE":
    case "EADDRNOTAVAIL":
    case "ENOBUFS":
    case "ENOMEM":
      return new SenderFault("no_socket", `this machine has no socket left: ${message}`, error);
    case "ECONNRESET":
    case "EPIPE":
      // On a secure connection TCP was through already, else it had been refused: the handshake was cut off.
      return new SenderFault(secure ? "tls_failed" : "reset", message, error);
    default:
      return new SenderFault(secure ? "tls_failed" : "connect_refused", message, error);
  }
};

/** Errors of an exchange on an open connection. */
export const exchangeFault = (error: unknown): SenderFault =>
  error instanceof SenderFault ? error : new SenderFault("reset", messageOf(error), error);

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";

const messageOf = (error: unknown): string => {
  // Several addresses were tried: the sum has no message of its own.
  if (error instanceof AggregateError && error.message === "") return error.errors.map(messageOf).join("; ");
  if (error instanceof Error) return error.message;
  return String(error);
};
