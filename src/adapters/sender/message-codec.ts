import { type SecretName, secretName } from "#src/core/ids.ts";
import { invariant } from "#src/core/invariant.ts";
import { networkFaults, type TestedBody } from "#src/core/postbacks/attempt.ts";
import { httpMethods, type RenderedRequest } from "#src/core/postbacks/postback.ts";
import type { OpenedSecrets, SendOrder, SendResult } from "#src/ports/sender.ts";

/**
 * What main and its sender threads say to each other, as flat arrays: 0.2 µs a message where
 * objects cost 3.1. An array begins with its kind; below, `…` repeats.
 *
 *   orders   1, handed over at (monotonic), …(ticket, started at, timeout, body needed, method, url, body, header count, …header)
 *   secrets  2, …(name, value)
 *   results  3, …(ticket, started at, duration, lookup, connect, first byte, address, status, …)
 *            with a status above 0:  body, truncated, retry after, tested body, cut, header count, …header
 *            with status 0:          fault, message
 *   ready    4
 */
export type Flat = (string | number | boolean | null)[];

const ordersKind = 1;
const secretsKind = 2;
const resultsKind = 3;
const readyKind = 4;

/** An order as a thread sees it: the headers of its request are the request's own and the attempt's in one list. */
export type ThreadOrder = {
  readonly ticket: number;
  readonly startedAt: number;
  readonly handedOverAt: number;
  readonly timeoutMs: number;
  readonly bodyNeeded: boolean;
  readonly request: ThreadRequest;
};
/** A `RenderedRequest` whose headers are names and values in turn, as `request-bytes.ts` writes them. */
export type ThreadRequest = RenderedRequest & { readonly headers: string[] };

export type ToThread =
  | { readonly kind: "orders"; readonly orders: readonly ThreadOrder[] }
  | { readonly kind: "secrets"; readonly secrets: OpenedSecrets };
export type FromThread =
  | { readonly kind: "results"; readonly results: readonly SendResult[] }
  | { readonly kind: "ready" };

export const newOrders = (handedOverAt: number): Flat => [ordersKind, handedOverAt];

export const addOrder = (message: Flat, order: SendOrder, startedAt: number): void => {
  const { method, url, headers, body } = order.request;
  const headerCount = headers.length + order.headers.length;
  message.push(order.ticket, startedAt, order.timeoutMs, order.bodyNeeded);
  message.push(httpMethods.indexOf(method), url, body, headerCount);
  for (const part of headers) message.push(part);
  for (const part of order.headers) message.push(part);
};

export const encodeSecrets = (secrets: OpenedSecrets): Flat => {
  const message: Flat = [secretsKind];
  for (const [name, value] of secrets) message.push(name, value);
  return message;
};

export const newResults = (): Flat => [resultsKind];

export const addResult = (message: Flat, result: SendResult): void => {
  const { startedAt, durationMs, phases, remoteAddress, answer } = result.exchange;
  message.push(
    result.ticket,
    startedAt,
    durationMs,
    phases.lookupMs,
    phases.connectMs,
    phases.firstByteMs,
    remoteAddress,
  );
  switch (answer.kind) {
    case "response":
      message.push(answer.status, answer.body, answer.bodyTruncated, answer.retryAfterS);
      message.push(result.testedBody?.text ?? null, result.testedBody?.isCut ?? false, answer.headers.length);
      for (const part of answer.headers) message.push(part);
      break;
    case "fault":
      message.push(0, networkFaults.indexOf(answer.fault), answer.message);
      break;
  }
};

export const readyMessage: Flat = [readyKind];

export const decodeToThread = (message: unknown): ToThread => {
  const reader = new FlatReader(message);
  const kind = reader.number();
  if (kind === secretsKind) return { kind: "secrets", secrets: readSecrets(reader) };
  invariant(kind === ordersKind, "a sender thread is told orders or secrets");
  const handedOverAt = reader.number();
  const orders: ThreadOrder[] = [];
  while (!reader.atEnd()) orders.push(readOrder(reader, handedOverAt));
  return { kind: "orders", orders };
};

export const decodeFromThread = (message: unknown): FromThread => {
  const reader = new FlatReader(message);
  const kind = reader.number();
  if (kind === readyKind) return { kind: "ready" };
  invariant(kind === resultsKind, "a sender thread tells results or that it is ready");
  const results: SendResult[] = [];
  while (!reader.atEnd()) results.push(readResult(reader));
  return { kind: "results", results };
};

const readSecrets = (reader: FlatReader): OpenedSecrets => {
  const secrets = new Map<SecretName, string | null>();
  while (!reader.atEnd()) secrets.set(secretName(reader.text()), reader.textOrNull());
  return secrets;
};

const readOrder = (reader: FlatReader, handedOverAt: number): ThreadOrder => {
  const ticket = reader.number();
  const startedAt = reader.number();
  const timeoutMs = reader.number();
  const bodyNeeded = reader.flag();
  const method = httpMethods[reader.number()];
  invariant(method !== undefined, "an order names a method by its place in the list");
  const url = reader.text();
  const body = reader.textOrNull();
  const headers = reader.texts(reader.number());
  return { ticket, startedAt, handedOverAt, timeoutMs, bodyNeeded, request: { method, url, headers, body } };
};

const readResult = (reader: FlatReader): SendResult => {
  const ticket = reader.number();
  const startedAt = reader.number();
  const durationMs = reader.number();
  const phases = {
    lookupMs: reader.numberOrNull(),
    connectMs: reader.numberOrNull(),
    firstByteMs: reader.numberOrNull(),
  };
  const remoteAddress = reader.textOrNull();
  const status = reader.number();
  const heard = status === 0 ? { answer: readFault(reader) } : readResponse(reader, status);
  const { answer, ...tested } = heard;
  return { ticket, exchange: { startedAt, durationMs, phases, answer, remoteAddress }, ...tested };
};

const readFault = (reader: FlatReader): SendResult["exchange"]["answer"] => {
  const fault = networkFaults[reader.number()];
  invariant(fault !== undefined, "a result names a fault by its place in the list");
  return { kind: "fault", fault, message: reader.text() };
};

const readResponse = (
  reader: FlatReader,
  status: number,
): { readonly answer: SendResult["exchange"]["answer"]; readonly testedBody?: TestedBody } => {
  const body = reader.text();
  const bodyTruncated = reader.flag();
  const retryAfterS = reader.numberOrNull();
  const text = reader.textOrNull();
  const isCut = reader.flag();
  const headers = reader.texts(reader.number());
  const answer = { kind: "response", status, headers, body, bodyTruncated, retryAfterS } as const;
  return text === null ? { answer } : { answer, testedBody: { text, isCut } };
};

/** Reads a flat array from its front, and insists on what each place must hold. */
class FlatReader {
  readonly #parts: readonly unknown[];
  #next = 0;

  constructor(message: unknown) {
    invariant(Array.isArray(message), "sender messages are arrays");
    this.#parts = message;
  }

  atEnd(): boolean {
    return this.#next >= this.#parts.length;
  }

  number(): number {
    const part = this.#parts[this.#next++];
    invariant(typeof part === "number", "a number was expected in a sender message");
    return part;
  }

  numberOrNull(): number | null {
    const part = this.#parts[this.#next++];
    invariant(part === null || typeof part === "number", "a number or null was expected in a sender message");
    return part;
  }

  text(): string {
    const part = this.#parts[this.#next++];
    invariant(typeof part === "string", "a text was expected in a sender message");
    return part;
  }

  textOrNull(): string | null {
    const part = this.#parts[this.#next++];
    invariant(part === null || typeof part === "string", "a text or null was expected in a sender message");
    return part;
  }

  flag(): boolean {
    const part = this.#parts[this.#next++];
    invariant(typeof part === "boolean", "a flag was expected in a sender message");
    return part;
  }

  texts(count: number): string[] {
    const texts: string[] = [];
    for (let index = 0; index < count; index++) texts.push(this.text());
    return texts;
  }
}
