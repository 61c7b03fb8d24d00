import type { FastifyInstance } from "fastify";
import type { AnyRoute } from "#src/contract/route.ts";
import { routes } from "#src/contract/routes.ts";
import { jsonMembers, splitJsonArray } from "#src/core/json/json-text.ts";
import { isJsonObject, parseJson } from "#src/core/json/parse-json.ts";
import type { Problem } from "#src/core/problem.ts";
import { exceedsUtf8Bytes } from "#src/core/utf8-bytes.ts";
import type { AppCallerFinder, Credential } from "#src/http/app-caller.ts";
import type { Caller } from "#src/http/caller.ts";
import { type Answer, type CompatibleCall, serveCompatible } from "#src/http/compat/compatible-call.ts";
import { type EventMembers, eventText, readMembers, setMissing } from "#src/http/compat/event-members.ts";
import { type RejectedEvent, withRejected } from "#src/http/intake.ts";
import { noneAccepted } from "#src/http/intake-answer.ts";
import type { IntakeDesk } from "#src/http/intake-desk.ts";
import { type Refusal, refuse, sendRefusal } from "#src/http/refusal.ts";
import { type SegmentType, segmentTypes } from "./segment-fields.ts";
import { translateMessage } from "./segment-message.ts";

type Dependencies = { readonly desk: IntakeDesk; readonly findAppCaller: AppCallerFinder };

/** Limits of Segment's API. */
const messageBytesMax = 32 * 1024;
const batchBytesMax = 500 * 1024;

/** Segment's HTTP API: its SDKs send here unchanged once their host is set, with an ingest key as write key. */
export const serveSegment = (app: FastifyInstance, dependencies: Dependencies): void => {
  const { desk } = dependencies;
  serveCompatible(app, dependencies, [
    single(desk, routes.segmentTrack, "track"),
    single(desk, routes.segmentPage, "page"),
    single(desk, routes.segmentScreen, "screen"),
    single(desk, routes.segmentIdentify, "identify"),
    single(desk, routes.segmentGroup, "group"),
    single(desk, routes.segmentAlias, "alias"),
    batch(desk),
  ]);
};

/** The write key is the user name; there is no password. */
const basicCredential: Credential = {
  words: "send the write key, an ingest key of the app, as the user name of basic authorization",
  presented: ({ headers: { authorization = "" } }) => {
    const [, packed = ""] = /^basic\s+([A-Za-z0-9+/=_-]+)$/i.exec(authorization) ?? [];
    return [Buffer.from(packed, "base64").toString("utf8").split(":", 1)[0]?.trim() ?? ""];
  },
};

const single = (desk: IntakeDesk, route: AnyRoute, type: SegmentType): CompatibleCall => ({
  route,
  credential: basicCredential,
  refuseWith: sendRefusal,
  take: async ({ request, text, caller }) => {
    if (text.trim() === "") return noMessage;
    return append(desk, [messageOf(text, type, noMembers)], { caller, senderIp: request.ip ?? null });
  },
});

const batch = (desk: IntakeDesk): CompatibleCall => ({
  route: routes.segmentBatch,
  credential: basicCredential,
  refuseWith: sendRefusal,
  take: async ({ request, text, caller }) => {
    if (text.trim() === "") return noMessage;
    if (exceedsUtf8Bytes(text, batchBytesMax))
      return refuse("segment.too_large", `a batch takes at most ${batchBytesMax} bytes; send several`);
    const split = splitBatch(text, desk.limits.eventsPerRequestMax);
    if (split.kind === "refusal") return split;
    const messages = split.texts.map((message) => messageOf(message, null, split.around));
    return append(desk, messages, { caller, senderIp: request.ip ?? null });
  },
});

const noMessage = refuse("events.none", "the body is empty: send a message as JSON");
const noMembers: EventMembers = new Map();

type SplitBatch = {
  readonly kind: "batch";
  readonly texts: readonly string[];
  /** What the batch says for all its messages. */
  readonly around: EventMembers;
};

const splitBatch = (text: string, eventsMax: number): SplitBatch | Refusal => {
  const parsed = parseJson(text);
  if (parsed.kind === "not_json") return refuse("request.json_malformed", "the batch is not JSON");
  const around = isJsonObject(parsed.value) ? new Map(jsonMembers(text)) : noMembers;
  const split = splitJsonArray(around.get("batch") ?? "", { elementsMax: eventsMax });
  if (split.kind === "refused")
    return split.problem.code === "json.too_many_elements"
      ? refuse("events.too_many", `a batch may hold at most ${eventsMax} messages; send several`)
      : refuse("events.none", 'batch: send {"batch": [ … ]} with messages in it');
  if (split.elements.length === 0) return refuse("events.none", "batch: there is no message in it");
  return { kind: "batch", texts: split.elements, around };
};

/** The event's text, or why there is none. */
type MessageText =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "refused"; readonly problem: Problem };

const refused = (code: string, message: string): MessageText => ({
  kind: "refused",
  problem: { path: [], code, message },
});

const messageOf = (text: string, typeOfPath: SegmentType | null, around: EventMembers): MessageText => {
  if (exceedsUtf8Bytes(text, messageBytesMax))
    return refused("segment.too_large", `a message takes at most ${messageBytesMax} bytes; send less in it`);
  const message = readMembers(text);
  // Intake tells what is wrong with it.
  if (message === null) return { kind: "text", text };
  for (const name of ["context", "integrations"]) setMissing(message, name, around.get(name));
  const type = typeOfPath ?? segmentTypes.find((known) => JSON.stringify(known) === message.get("type"));
  if (type === undefined) return refused("segment.type_unknown", `type: write one of ${segmentTypes.join(", ")}`);
  return { kind: "text", text: eventText(translateMessage(message, type)) };
};

const append = async (
  desk: IntakeDesk,
  messages: readonly MessageText[],
  from: { readonly caller: Caller; readonly senderIp: string | null },
): Promise<Answer> => {
  const texts = messages.flatMap((message) => (message.kind === "text" ? [message.text] : []));
  const appended = await desk.append(texts, from);
  if (appended.kind === "refusal") return appended;
  const intake = withRejected(appended.intake, refusedBefore(messages));
  if (intake.events.length === 0) return noneAccepted(intake, { lines: null, isSingle: messages.length === 1 });
  return { kind: "answer", mediaType: "application/json; charset=utf-8", text: successText(intake.rejected) };
};

const refusedBefore = (messages: readonly MessageText[]): readonly RejectedEvent[] =>
  messages.flatMap((message, index) => (message.kind === "refused" ? [{ index, problems: [message.problem] }] : []));

const successText = (rejected: readonly RejectedEvent[]): string =>
  rejected.length === 0
    ? '{"success":true}'
    : JSON.stringify({
        success: true,
        rejected: rejected.map(({ index, problems: [{ code, message }] }) => ({ index, code, message })),
      });
