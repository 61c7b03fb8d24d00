import { type AppId, appId, partnerId } from "#src/core/ids.ts";
import type { NetworkFault } from "#src/core/postbacks/attempt.ts";
import { ownerOfReceiver } from "#src/core/postbacks/target-key.ts";
import type { LackingSecret } from "./lacking-secrets.ts";
import type { Trouble } from "./notice.ts";

/** How the server stands, as far as people are told of it. */
export type Standing = {
  readonly now: number;
  readonly apps: readonly AppId[];
  /** Breakers that are open, or were a short while ago, with the time since when. */
  readonly breakers: readonly {
    readonly scope: "receiver" | "host";
    readonly id: string;
    readonly isOpen: boolean;
    readonly since: number;
    /** Status or fault of the last attempt that spoke against it; null where none is known. */
    readonly lastBad: number | NetworkFault | null;
    /** Postbacks that wait for it. */
    readonly waiting: number;
  }[];
  readonly pauses: readonly {
    readonly level: "everything" | "app" | "partner" | "receiver";
    /** Empty for everything. */
    readonly id: string;
    readonly since: number;
    readonly by: string;
  }[];
  /** Postbacks that ended in the present hour, in UTC, and in the one before it. */
  readonly ends: readonly EndCount[];
  /** When each app had events in the last `watchedHours`, the oldest first. */
  readonly busyHours: ReadonlyMap<AppId, readonly HourSpan[]>;
  /** Why intake refuses, with the time since when; or null. */
  readonly refusing: { readonly reason: string; readonly since: number } | null;
  readonly lackingSecrets: readonly (LackingSecret & { readonly since: number })[];
};

export type EndCount = {
  /** Begin of the hour. */
  readonly at: number;
  readonly appId: AppId;
  /** `integration:<partner>` or `rule:<rule>`. */
  readonly owner: string;
  readonly measure: "delivered" | "dead";
  readonly count: number;
};

/** Hours in a row, counted from the epoch, both inclusive. */
export type HourSpan = { readonly first: number; readonly last: number };

const hourMs = 3_600_000;
export const watchedHours = 8 * 24;

/** Fewer dead in two hours than these are looked at by nobody; of what ended, at least this share. */
const deadMin = 20;
const deadShare = 0.1;
/** An app that reported in fewer hours of the week than these has no habit that silence could break. */
const busyHoursMin = 24;
/** Silence is this often the longest gap of the week, and an hour at least. */
const silenceFactor = 2;

export function findTroubles(standing: Standing): readonly Trouble[] {
  return [
    ...refusals(standing),
    ...failing(standing),
    ...paused(standing),
    ...dying(standing),
    ...silent(standing),
    ...lacking(standing),
  ];
}

function refusals({ refusing }: Standing): readonly Trouble[] {
  if (refusing === null) return [];
  const detail = `intake answers 503: ${refusing.reason}`;
  return [{ kind: "intake_refusing", subject: "server", appId: null, partnerId: null, detail, since: refusing.since }];
}

function failing({ breakers }: Standing): readonly Trouble[] {
  return breakers.map(({ scope, id, isOpen, since, lastBad, waiting }) => {
    const owner = scope === "receiver" ? ownerOfReceiver(id) : null;
    return {
      kind: "receiver_failing",
      subject: id,
      appId: owner?.appId ?? null,
      partnerId: owner?.partnerId ?? null,
      detail: isOpen
        ? `the ${scope} ${id} does not take what it is sent: ${lastText(lastBad)}its breaker is open and holds the rest, ${waiting} now, which costs no attempt`
        : `the ${scope} ${id} did not take what it was sent, and takes it again: its breaker lets a growing number through`,
      since,
    };
  });
}

function lastText(lastBad: number | NetworkFault | null): string {
  if (lastBad === null) return "";
  return typeof lastBad === "number" ? `the last answer was ${lastBad}, ` : `no answer was heard (${lastBad}), `;
}

function paused({ pauses }: Standing): readonly Trouble[] {
  return pauses.map(({ level, id, since, by }) => {
    const owner = level === "receiver" ? ownerOfReceiver(id) : null;
    const subject = id === "" ? level : `${level} ${id}`;
    return {
      kind: "receiver_paused",
      subject,
      appId: level === "app" ? appId(id) : (owner?.appId ?? null),
      partnerId: level === "partner" ? partnerId(id) : (owner?.partnerId ?? null),
      detail: `${subject} is paused by ${by}; what is due waits`,
      since,
    };
  });
}

/** Of this hour and the one before it: an hour that has just begun says nothing yet. */
function dying({ ends, now }: Standing): readonly Trouble[] {
  const from = Math.floor(now / hourMs) * hourMs - hourMs;
  const ended = new Map<string, { readonly first: EndCount; dead: number; delivered: number }>();
  for (const end of ends) {
    if (end.at < from) continue;
    const key = `${end.appId} ${end.owner}`;
    const sum = ended.get(key) ?? { first: end, dead: 0, delivered: 0 };
    sum[end.measure] += end.count;
    ended.set(key, sum);
  }
  return [...ended].flatMap(([subject, { first, dead, delivered }]) => {
    if (dead < deadMin || dead < deadShare * (dead + delivered)) return [];
    const [kind, partner = ""] = first.owner.split(":");
    const detail = `${dead} of ${dead + delivered} postbacks that ended in the last two hours are dead`;
    const ofPartner = kind === "integration" ? partnerId(partner) : null;
    return [{ kind: "dead_growing" as const, subject, appId: first.appId, partnerId: ofPartner, detail, since: from }];
  });
}

function silent({ apps, busyHours, now }: Standing): readonly Trouble[] {
  const present = Math.floor(now / hourMs);
  return apps.flatMap((app) => {
    const spans = busyHours.get(app) ?? [];
    const last = spans.at(-1)?.last;
    const busy = spans.reduce((hours, span) => hours + span.last - span.first + 1, 0);
    if (last === undefined || busy < busyHoursMin) return [];
    let longestGap = 1;
    for (const [index, { first }] of spans.entries())
      longestGap = Math.max(longestGap, first - (spans[index - 1]?.last ?? first));
    // Whole hours without an event between the last that had one and the present one.
    const gap = present - last;
    if (gap <= silenceFactor * longestGap) return [];
    const detail = `no event of ${app} for ${gap - 1} hours; in the week before it was never quiet for longer than ${longestGap - 1}`;
    return [
      { kind: "silence" as const, subject: app, appId: app, partnerId: null, detail, since: (last + 1) * hourMs },
    ];
  });
}

function lacking({ lackingSecrets }: Standing): readonly Trouble[] {
  return lackingSecrets.map(
    ({ subject, use: { name, appId: app, partnerId: partner, ruleId: rule }, others, since }) => {
      const who = partner === null ? `rule ${rule}` : `partner ${partner}`;
      const more = others === 0 ? "" : ` and ${others} more`;
      const detail = `postbacks of ${who} in app ${app}${more} wait for the secret ${name}, which is not set: \`carom secrets set ${name}\``;
      return { kind: "secret_unset", subject, appId: app, partnerId: partner, detail, since };
    },
  );
}
