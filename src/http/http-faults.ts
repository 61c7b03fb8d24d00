import type { FastifyBaseLogger, FastifyRequest } from "fastify";
import { NotAcknowledged } from "#src/ports/journal.ts";
import { type Refusal, refuse } from "./refusal.ts";

/** What was thrown, as a refusal: the one place where exceptions of a request become answers. Nothing of the exception's text gets out. */
export const refusalOfFault = (fault: unknown, { log, id }: Pick<FastifyRequest, "log" | "id">): Refusal => {
  if (fault instanceof NotAcknowledged) return notAcknowledged(fault, log);
  const code = codeOf(fault);
  const known = code === null ? undefined : frameworkFaults.get(code);
  if (known !== undefined) return known;
  if (isCallersFault(fault)) return refuse("request.malformed", "the request cannot be read");
  log.error({ err: fault, request_id: id }, "a request met a fault of ours");
  return refuse("server.fault", "Carom made a mistake; the server's log has more under this request id");
};

const notAcknowledged = (fault: NotAcknowledged, log: FastifyBaseLogger): Refusal => {
  const headers = { "retry-after": String(Math.max(1, Math.ceil(fault.retryAfterS))) };
  const again = "nothing was acknowledged; repeat later, which is safe with the same event_ids";
  switch (fault.reason) {
    case "queue_full":
      return refuse("intake.queue_full", `too many events are waiting to be stored; ${again}`, { headers });
    case "disk_full":
      return refuse("intake.disk_full", `the server's disk is nearly full; ${again}`, { headers });
    case "store_failed":
      log.error({ err: fault }, "events could not be stored");
      return refuse("intake.store_failed", `the events could not be stored; ${again}`, { headers });
    case "undecided":
      log.error({ err: fault }, "events could not be decided: a mistake of ours");
      return refuse("intake.undecided", "Carom made a mistake over these events; none of them was acknowledged");
    case "shutting_down":
      return refuse("intake.shutting_down", `the server is shutting down; ${again}`, { headers });
  }
};

const frameworkFaults: ReadonlyMap<string, Refusal> = new Map([
  [
    "FST_ERR_CTP_INVALID_MEDIA_TYPE",
    refuse(
      "request.media_type",
      "send the content-type application/json; events may also be application/x-ndjson, a catalog application/yaml",
    ),
  ],
  ["FST_ERR_CTP_BODY_TOO_LARGE", refuse("request.too_large", "the body is larger than this path takes")],
  ["FST_ERR_CTP_INVALID_CONTENT_LENGTH", refuse("request.malformed", "the body is not as long as content-length says")],
  ["FST_ERR_CTP_EMPTY_JSON_BODY", refuse("request.json_malformed", "the body is empty")],
  ["FST_ERR_BAD_URL", refuse("request.malformed", "the path is not a valid URL path; encode it")],
  ["FST_ERR_ASYNC_CONSTRAINT", refuse("request.malformed", "the request cannot be routed")],
  ["ECONNRESET", refuse("request.aborted", "the client closed the connection before the body was complete")],
  ["ERR_HTTP_REQUEST_TIMEOUT", refuse("request.timeout", "the request was not complete in time")],
]);

const codeOf = (fault: unknown): string | null =>
  fault instanceof Error && "code" in fault && typeof fault.code === "string" ? fault.code : null;

const isCallersFault = (fault: unknown): boolean =>
  fault instanceof Error &&
  "statusCode" in fault &&
  typeof fault.statusCode === "number" &&
  fault.statusCode >= 400 &&
  fault.statusCode < 500;
