import {
  type AccountId,
  type AppId,
  accountId,
  appId,
  mappingId,
  type PartnerId,
  partnerId,
  type ReceiverId,
  type RuleId,
  receiverId,
  ruleId,
} from "#src/core/ids.ts";
import type { DecisionTarget } from "./decision.ts";
import type { CancelReason } from "./postback.ts";

/*
 * Targets and receivers as texts, written and read here only:
 *
 *   target     integration:<partner>[:<configurator>][/<mapping>]      rule:<rule>
 *   receiver   integration:<app>:<partner>[:<configurator>]            rule:<app>:<rule>
 *
 * Ids hold neither colon nor slash. They are what is stored: the same in every catalog revision.
 */

export function targetKeyOf(target: DecisionTarget): string {
  switch (target.kind) {
    case "integration": {
      const { partnerId: partner, configurator, mappingId } = target;
      const whole = configurator === null ? `integration:${partner}` : `integration:${partner}:${configurator}`;
      return mappingId === null ? whole : `${whole}/${mappingId}`;
    }
    case "rule":
      return `rule:${target.ruleId}`;
  }
}

/** The integration that a target is of, mapping or not; a rule is whole. */
export function wholeTargetKey(targetKey: string): string {
  const slash = targetKey.indexOf("/");
  return slash < 0 ? targetKey : targetKey.slice(0, slash);
}

/** What `targetKeyOf` wrote. */
export function readTargetKey(targetKey: string): DecisionTarget {
  const [whole = "", mapping] = targetKey.split("/");
  const [kind, owner = "", configurator] = whole.split(":");
  if (kind === "rule") return { kind, ruleId: ruleId(owner) };
  return {
    kind: "integration",
    partnerId: partnerId(owner),
    configurator: configurator === undefined ? null : accountId(configurator),
    mappingId: mapping === undefined ? null : mappingId(mapping),
  };
}

/** The partner that a target's postbacks go to; null for a rule. */
export function partnerOfTarget(targetKey: string): PartnerId | null {
  const target = readTargetKey(targetKey);
  return target.kind === "integration" ? target.partnerId : null;
}

export const integrationReceiverId = (app: AppId, partner: PartnerId, configurator: AccountId | null): ReceiverId =>
  receiverId(configurator === null ? `integration:${app}:${partner}` : `integration:${app}:${partner}:${configurator}`);

export const ruleReceiverId = (app: AppId, rule: RuleId): ReceiverId => receiverId(`rule:${app}:${rule}`);

/** Of whose postbacks a receiver is: a partner's for an app, or a rule's. */
export type ReceiverOwner = {
  readonly appId: AppId;
  readonly partnerId: PartnerId | null;
  readonly ruleId: RuleId | null;
};

/** Null where the text is no id of a receiver. */
export function ownerOfReceiver(text: string): ReceiverOwner | null {
  // Asked for each attempt: no list is made of the parts.
  const beforeApp = text.indexOf(":");
  const kind = text.slice(0, Math.max(0, beforeApp));
  if (kind !== "integration" && kind !== "rule") return null;
  const beforeOwner = endOfPart(text, beforeApp + 1);
  const app = appId(text.slice(beforeApp + 1, beforeOwner));
  const owner = text.slice(beforeOwner + 1, endOfPart(text, beforeOwner + 1));
  if (kind === "rule") return { appId: app, partnerId: null, ruleId: ruleId(owner) };
  return { appId: app, partnerId: partnerId(owner), ruleId: null };
}

const endOfPart = (text: string, from: number): number => {
  const end = text.indexOf(":", from);
  return end < 0 ? text.length : end;
};

/** The agency by whose integration its postbacks go; null for the advertiser's own, and for a rule. */
export function configuratorOfReceiver(text: string): AccountId | null {
  const [kind, , , configurator] = text.split(":");
  return kind !== "integration" || configurator === undefined ? null : accountId(configurator);
}

/** Why what waits for a receiver is cancelled once the catalog no longer has it. */
export const removalReasonOf = (receiver: ReceiverId): CancelReason =>
  ownerOfReceiver(receiver)?.ruleId == null ? "integration_removed" : "rule_removed";
