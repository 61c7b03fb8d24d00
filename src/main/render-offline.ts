import { nodeHashes } from "#src/adapters/system/node-hashes.ts";
import type { PreviewsWire } from "#src/contract/preview-contract.ts";
import type { ProblemDocument } from "#src/contract/problem-document.ts";
import { readRequestPart } from "#src/contract/request-problems.ts";
import { routes } from "#src/contract/routes.ts";
import { parseEvent } from "#src/core/events/parse-event.ts";
import { eventId } from "#src/core/ids.ts";
import { refuseEvent } from "#src/http/given-event.ts";
import { previewAlone } from "#src/http/preview-alone.ts";
import { problemOf, type Refusal, refuse, refuseParts } from "#src/http/refusal.ts";

export type OfflineRender = {
  /** The event's JSON text, so that values keep theirs. */
  readonly event: string;
  /** Members of the body of `POST /v1/preview` beside the event, unread. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Epoch milliseconds at which the event is to have come. */
  readonly now: number;
};

export type RenderedOffline =
  | { readonly kind: "ok"; readonly answer: PreviewsWire }
  | { readonly kind: "refused"; readonly problem: ProblemDocument };

/**
 * What `POST /v1/preview` answers for a template alone, without a server: the same functions. No install
 * record completes the event, and its id is always the same, so that the outcome is, too.
 */
export const renderOffline = (asked: OfflineRender): RenderedOffline => {
  const outcome = previewed(asked);
  if (outcome.kind === "ok") return outcome;
  return { kind: "refused", problem: problemOf(outcome, "offline") };
};

const previewed = ({
  event,
  body,
  now,
}: OfflineRender): { readonly kind: "ok"; readonly answer: PreviewsWire } | Refusal => {
  const reading = readRequestPart(routes.preview.body.schema, { ...body, event: {} });
  if (reading.kind === "refused") return refuseParts("the template", reading.errors);
  const { template } = reading.value;
  if (template === undefined) return refuse("request.invalid", "template: is missing and required");
  const parsed = parseEvent({ source: event, id: sampleId, receivedAt: now, senderIp: null, defaultAppId: null });
  if (parsed.kind === "event")
    return previewAlone({ ...reading.value, template }, { event: parsed.event, means: { hashes: nodeHashes } });
  return refuseEvent(parsed.problems);
};

const sampleId = eventId("00000000-0000-7000-8000-000000000000");
