import type { Event } from "#src/core/events/event.ts";
import { appId, mappingId, type PartnerId, partnerId } from "#src/core/ids.ts";
import type { InstallRecord } from "#src/core/installs/install-record.ts";
import type { Attempt, Exchange, NetworkFault, UnmetTest } from "#src/core/postbacks/attempt.ts";
import type { Decision, SkipReason } from "#src/core/postbacks/decision.ts";
import type { OnceMark } from "#src/core/postbacks/once-mark.ts";
import type { Postback } from "#src/core/postbacks/postback.ts";
import { postbackIdOf } from "#src/core/postbacks/postback-id.ts";
import { integrationReceiverId } from "#src/core/postbacks/target-key.ts";
import type { NewPostback, RecordBatch, RecordedEvent } from "#src/ports/store.ts";
import { anEvent, noon } from "./an-event.ts";

export const network: PartnerId = partnerId("examplenetwork_int");
export const otherNetwork: PartnerId = partnerId("other_int");

/** A match of the mapping `m-purchase` with the partner. */
export const aMatch = (partner: PartnerId = network): Decision => ({
  target: { kind: "integration", partnerId: partner, configurator: null, mappingId: mappingId("m-purchase") },
  targetKey: `integration:${partner}/m-purchase`,
  outcome: { kind: "match" },
});

export const aSkip = (reason: SkipReason, partner: PartnerId = network): Decision => ({
  ...aMatch(partner),
  outcome: { kind: "skip", reason },
});

export type PostbackParts = Partial<Omit<Postback, "eventId">> & {
  readonly partner?: PartnerId;
  readonly start?: NewPostback["start"];
};

/** A postback of the event for the partner, pending in the lane `first` and due at once. */
export const aPostback = (event: Event, parts: PostbackParts = {}): NewPostback => {
  const { partner = network, start, ...rest } = parts;
  const redelivery = rest.redelivery ?? 0;
  const createdAt = rest.createdAt ?? event.receivedAt;
  return {
    postback: {
      id: postbackIdOf(event.id, tagOf(partner), redelivery),
      eventId: event.id,
      receiverId: integrationReceiverId(event.appId, partner, null),
      targetKey: aMatch(partner).targetKey,
      request: {
        method: "POST",
        url: `https://partner.example/event?id=${event.id}`,
        headers: ["content-type", "application/json", "x-name", "é ✓"],
        body: '{"revenue":120.00}',
      },
      expiresAt: null,
      ...rest,
      createdAt,
      redelivery,
    },
    start: start ?? { kind: "pending", dueAt: createdAt, lane: "first" },
  };
};

/** An event with a match for each of its postbacks, or a skip `not_mapped` where it has none. */
export const aRecordedEvent = (
  parts: {
    readonly event?: Event;
    readonly postbacks?: readonly PostbackParts[];
    readonly decisions?: readonly Decision[];
    readonly usual?: readonly Decision[];
    readonly marks?: readonly OnceMark[];
    readonly waits?: RecordedEvent["waits"];
    readonly revision?: number;
  } = {},
): RecordedEvent => {
  const event = parts.event ?? anEvent();
  const postbacks = parts.postbacks ?? [];
  const decided = postbacks.length === 0 ? [aSkip("not_mapped")] : postbacks.map(({ partner }) => aMatch(partner));
  return {
    event,
    revision: parts.revision ?? 1,
    decisions: parts.decisions ?? decided,
    usual: parts.usual ?? null,
    postbacks: postbacks.map((postback) => aPostback(event, postback)),
    marks: parts.marks ?? [],
    waits: parts.waits ?? null,
  };
};

export const aBatch = (events: readonly RecordedEvent[], parts: Partial<RecordBatch> = {}): RecordBatch => ({
  at: noon,
  installs: [],
  amendments: [],
  duplicates: [],
  leaseToken: "lease-of-record",
  leaseUntil: noon + 60_000,
  ...parts,
  events,
});

export const anInstallRecord = (parts: Partial<InstallRecord> & Pick<InstallRecord, "eventId">): InstallRecord => ({
  appId: appId("com.example.game"),
  keys: ["install_id:device-1"],
  installedAt: noon,
  installedBy: "install",
  conversionAt: noon,
  conversionKind: "install",
  fields: { media_source: network },
  fieldTimes: {},
  lifecycle: { "a.Launches": "3" },
  ...parts,
});

type AttemptParts = Partial<Omit<Attempt, "number" | "exchange">> & {
  readonly status?: number;
  readonly fault?: NetworkFault;
  readonly startedAt?: number;
};

/** An attempt that heard 200, or the status or fault that is given. */
export const anAttempt = (number: number, parts: AttemptParts = {}): Attempt => {
  const { status = 200, fault, startedAt = noon, ...rest } = parts;
  const isHeard = fault === undefined && status >= 200 && status < 300;
  return {
    number,
    exchange: fault === undefined ? aResponse(status, startedAt) : aFault(fault, startedAt),
    outcome: isHeard ? "delivered" : "retryable",
    spent: true,
    unmet: isHeard || fault !== undefined ? null : unmetStatus(status),
    ...rest,
  };
};

const unmetStatus = (status: number): UnmetTest => ({
  test: "statuses",
  expected: "must be 2xx",
  actual: `the status was ${status}`,
});

const aResponse = (status: number, startedAt: number): Exchange => ({
  startedAt,
  durationMs: 42.5,
  phases: { lookupMs: 1.25, connectMs: 3, firstByteMs: 40 },
  answer: {
    kind: "response",
    status,
    headers: ["server", "example", "set-cookie", "a=1", "set-cookie", "b=2"],
    body: "thank you ✓",
    bodyTruncated: false,
    retryAfterS: status === 429 ? 30 : null,
  },
  remoteAddress: "203.0.113.7",
});

const aFault = (fault: NetworkFault, startedAt: number): Exchange => ({
  startedAt,
  durationMs: 30_000,
  phases: { lookupMs: 2, connectMs: null, firstByteMs: null },
  answer: { kind: "fault", fault, message: `told: ${fault}` },
  remoteAddress: null,
});

/** Target tags are twelve hexadecimal digits; the same partner, the same tag. */
const tagOf = (partner: PartnerId): string => {
  let hash = 7;
  for (const character of partner) hash = (hash * 31 + character.charCodeAt(0)) % 0xffff_ffff;
  return hash.toString(16).padStart(12, "0");
};
