import type { TestedBody } from "#src/core/postbacks/attempt.ts";
import type { OpenedSecrets, SendResult } from "#src/ports/sender.ts";
import { addressGuard } from "./address-guard.ts";
import { type Connect, connectGuarded } from "./connection.ts";
import { deadlineWatch } from "./deadline-watch.ts";
import { ExchangeInFlight } from "./exchange.ts";
import { openHostsFile } from "./hosts-file.ts";
import type { ThreadOrder } from "./message-codec.ts";
import { monotonicMs } from "./monotonic-time.ts";
import { nameQuery } from "./name-query.ts";
import { nameResolver } from "./name-resolver.ts";
import { OriginLine } from "./origin-line.ts";
import { requestBytes } from "./request-bytes.ts";
import { signRequest } from "./request-signing.ts";
import { targetReader } from "./request-target.ts";
import { fillSecrets } from "./secret-filling.ts";
import { SenderFault } from "./sender-fault.ts";
import type { SenderSettings } from "./sender-settings.ts";

/** What one sender thread does: requests out, results back, one for each order. */
export type Exchanger = {
  readonly start: (order: ThreadOrder) => void;
  readonly setSecrets: (secrets: OpenedSecrets) => void;
};

export const openExchanger = (settings: SenderSettings, onResult: (result: SendResult) => void): Exchanger => {
  const guard = addressGuard(settings.allowedCidrs);
  const query = nameQuery({ nameServers: settings.nameServers, timeoutMs: settings.lookupTimeoutMs });
  const resolve = nameResolver({ query, hosts: openHostsFile(settings.hostsFile), now: monotonicMs });
  const lineTo = originLines(settings, connectGuarded({ settings, guard, resolve, now: monotonicMs }));
  const readTarget = targetReader(guard);
  const deadlines = deadlineWatch();
  const own = ["user-agent", settings.userAgent];
  let secrets: OpenedSecrets = new Map();

  const hooks = {
    now: monotonicMs,
    end: (ended: ExchangeInFlight, exchange: SendResult["exchange"], testedBody: TestedBody | null): void => {
      deadlines.forget(ended);
      onResult({ ticket: ended.order.ticket, exchange, ...(testedBody === null ? {} : { testedBody }) });
    },
  };

  const start = (order: ThreadOrder): void => {
    const exchange = new ExchangeInFlight(order, hooks);
    deadlines.watch(exchange);
    try {
      const { request: filled, mask } = fillSecrets(order.request, secrets);
      exchange.mask = mask;
      const at = order.startedAt;
      const request = mask === null ? filled : signRequest(filled, { secrets, at, readTarget });
      const { origin, path, authorization } = readTarget(request.url);
      const { method, body } = request;
      const headers = withOwn(request.headers, authorization === null ? own : [...own, "authorization", authorization]);
      const line = lineTo(origin);
      line.dispatch({ request: requestBytes({ method, host: line.host, path, headers, body }), exchange });
    } catch (error) {
      exchange.fail(error instanceof SenderFault ? error : new SenderFault("sender_crashed", String(error), error));
    }
  };

  return {
    start,
    setSecrets: (given) => {
      secrets = given;
    },
  };
};

/** The line of each origin that something is under way to. */
const originLines = (settings: SenderSettings, connect: Connect): ((origin: string) => OriginLine) => {
  const lines = new Map<string, OriginLine>();
  return (origin) => {
    const known = lines.get(origin);
    if (known !== undefined) return known;
    const line = new OriginLine({
      origin,
      connect,
      connectionsMax: settings.connectionsPerOriginMax,
      onUnused: () => lines.delete(origin),
    });
    lines.set(origin, line);
    return line;
  };
};

/** A header that the template writes itself goes before Carom's name, and before the user-info of its URL. */
const withOwn = (headers: readonly string[], own: readonly string[]): string[] => {
  const all = [...headers];
  for (let index = 0; index < own.length; index += 2) {
    const name = own[index] ?? "";
    if (!isWritten(headers, name)) all.push(name, own[index + 1] ?? "");
  }
  return all;
};

const isWritten = (headers: readonly string[], name: string): boolean => {
  for (let index = 0; index < headers.length; index += 2) {
    const written = headers[index] ?? "";
    if (written.length === name.length && written.toLowerCase() === name) return true;
  }
  return false;
};
