import type { Match, Verdict } from "#src/core/decide/verdict.ts";
import type { RenderedRequest } from "#src/core/postbacks/postback.ts";
import { wholeTargetKey } from "#src/core/postbacks/target-key.ts";

/** What becomes of one postback of one event when one catalog takes the place of another. */
export const changeKinds = ["newly_sent", "no_longer_sent", "sent_otherwise", "unchanged", "not_sent"] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** How one catalog decides about one target: a request, or the reason why there is none. */
export type Side = {
  readonly targetKey: string;
  readonly request: RenderedRequest | null;
  /** Null with a request; `render_error` where it cannot be written; `no_target` where the catalog has no such target. */
  readonly reason: string | null;
};
export type TargetChange = {
  readonly kind: ChangeKind;
  /** The target of the new catalog; of the old one where the new one has none. */
  readonly targetKey: string;
  readonly before: Side;
  readonly after: Side;
};

const nothing: Pick<Verdict, "decisions" | "matches"> = { decisions: [], matches: [] };

/**
 * Pairs what two catalogs say of one event, target by target. A mapping that has another id in the
 * new catalog is paired with what is left of its integration, so that renaming it changes nothing.
 */
export function compareVerdicts(before: Verdict | null, after: Verdict | null): readonly TargetChange[] {
  const old = sidesOf(before ?? nothing);
  const fresh = sidesOf(after ?? nothing);
  const oldLeft = new Map(old.map((side) => [side.targetKey, side]));
  const changes: TargetChange[] = [];
  const freshLeft: Side[] = [];
  for (const side of fresh) {
    const same = oldLeft.get(side.targetKey);
    if (same === undefined) freshLeft.push(side);
    else {
      changes.push(changeOf(same, side));
      oldLeft.delete(side.targetKey);
    }
  }
  for (const side of freshLeft) {
    const partner = [...oldLeft.values()].find((other) => isOfOne(other, side));
    if (partner !== undefined) oldLeft.delete(partner.targetKey);
    changes.push(changeOf(partner ?? absence(side, old), side));
  }
  for (const side of oldLeft.values()) changes.push(changeOf(side, absence(side, fresh)));
  return changes;
}

function sidesOf({ decisions, matches }: Pick<Verdict, "decisions" | "matches">): readonly Side[] {
  return decisions.map(({ targetKey, outcome }) => {
    if (outcome.kind === "skip") return { targetKey, request: null, reason: outcome.reason };
    const match = matches.find(({ decision }) => decision.targetKey === targetKey);
    return { targetKey, ...renderedSide(match) };
  });
}

const renderedSide = (match: Match | undefined): Pick<Side, "request" | "reason"> =>
  match?.rendered.kind === "request"
    ? { request: match.rendered.request, reason: null }
    : { request: null, reason: "render_error" };

/** What the other catalog says where it has no target to pair with: the reason of the whole integration, if it gave one. */
function absence({ targetKey }: Side, others: readonly Side[]): Side {
  const whole = others.find((other) => isOfOne(other, { targetKey }) && other.reason !== null);
  return { targetKey, request: null, reason: whole?.reason ?? "no_target" };
}

const isOfOne = (one: Pick<Side, "targetKey">, other: Pick<Side, "targetKey">): boolean =>
  wholeTargetKey(one.targetKey) === wholeTargetKey(other.targetKey);

function changeOf(before: Side, after: Side): TargetChange {
  const targetKey = after.reason === "no_target" ? before.targetKey : after.targetKey;
  return { kind: kindOf(before.request, after.request), targetKey, before, after };
}

function kindOf(before: RenderedRequest | null, after: RenderedRequest | null): ChangeKind {
  if (before === null) return after === null ? "not_sent" : "newly_sent";
  if (after === null) return "no_longer_sent";
  return isSameRequest(before, after) ? "unchanged" : "sent_otherwise";
}

const isSameRequest = (one: RenderedRequest, other: RenderedRequest): boolean =>
  one.method === other.method &&
  one.url === other.url &&
  one.body === other.body &&
  one.headers.length === other.headers.length &&
  one.headers.every((text, place) => text === other.headers[place]);
