import {
  type Condition,
  type DataSharing,
  dataSharingLevels,
  type EventMapping,
  type Grant,
  type Integration,
} from "#src/core/catalog/catalog.ts";
import { isSameValue } from "#src/core/json/same-value.ts";
import type { RevenueNames } from "#src/core/money/revenue-names.ts";
import { type Problem, pathText } from "#src/core/problem.ts";

/** What an account changes in an app that is another's, by the grant that lets it. */
export type GrantedChange = {
  readonly by: "agency" | "partner";
  readonly grant: Grant;
  readonly before: Integration | null;
  readonly after: Integration;
  /** Whether the app has reported events of this name lately, or its owner has mapped or created it. */
  readonly isKnownEvent: (name: string) => boolean;
  /** The app's names of what was paid. */
  readonly isRevenue: RevenueNames;
};

/**
 * What of a change is more than the grant allows. What stood there before stays, also where the grant
 * has become less: decisions hold to the grant in any case.
 */
export const integrationProblems = (change: GrantedChange): readonly Problem[] => [
  ...(change.by === "partner" ? partnerProblems(change) : []),
  ...sendForProblems(change),
  ...revenueProblems(change),
  ...eventProblems(change),
];

/** A partner maps by free text, sets the window and switches mappings off. */
function partnerProblems({ before, after }: GrantedChange): readonly Problem[] {
  if (before === null) return [problem("grant.configure", [], "a partner does not make an integration")];
  const problems: Problem[] = [];
  const { mappings, inApp, ...rest } = after;
  const { mappings: oldMappings, inApp: oldInApp, ...old } = before;
  for (const [name, value] of Object.entries(rest)) {
    if (isSameValue(value, Object.entries(old).find(([other]) => other === name)?.[1])) continue;
    problems.push(problem("grant.configure", [wireName(name)], "is the advertiser's to change"));
  }
  for (const [name, value] of Object.entries(inApp)) {
    if (name === "window" || isSameValue(value, Object.entries(oldInApp).find(([other]) => other === name)?.[1]))
      continue;
    problems.push(problem("grant.configure", ["in_app_postbacks", wireName(name)], "is the advertiser's to change"));
  }
  const isMapped = !isSameValue(mappings, oldMappings);
  if (isMapped && inApp.mappingMethod !== "free_text")
    problems.push(problem("grant.configure", ["mappings"], "a partner maps by free text only"));
  for (const { id } of oldMappings) {
    if (mappings.some((mapping) => mapping.id === id)) continue;
    problems.push(problem("grant.configure", ["mappings"], `${id} is not to be removed; switch it off`));
  }
  for (const [index, mapping] of mappings.entries()) {
    const known = oldMappings.find(({ id }) => id === mapping.id);
    if (known === undefined || isSameValue(termsOf(known), termsOf(mapping))) continue;
    problems.push(
      problem("grant.configure", ["mappings", index], "whom and what it shares is the advertiser's to say"),
    );
  }
  return problems;
}

/** All of a mapping but its name at the partner and its switch. */
const termsOf = ({ active: _active, partnerEvent: _partnerEvent, ...terms }: EventMapping): unknown => terms;

function sendForProblems({ by, grant, before, after }: GrantedChange): readonly Problem[] {
  if (grant.shareEvents === "all" && by === "agency") return [];
  const refused = (path: Problem["path"]) =>
    problem("grant.share_events", path, "is for events attributed to the partner: write partner_only");
  const problems: Problem[] = [];
  if (after.installPostbacks === "all_sources" && before?.installPostbacks !== "all_sources")
    problems.push(refused(["install_postbacks"]));
  if (after.inApp.sendFor === "all_sources" && before?.inApp.sendFor !== "all_sources")
    problems.push(refused(["in_app_postbacks", "send_for"]));
  for (const [index, { id, sendFor }] of after.mappings.entries()) {
    if (sendFor === "all_sources" && mappingOf(before, id)?.sendFor !== "all_sources")
      problems.push(refused(["mappings", index, "send_for"]));
  }
  return problems;
}

function revenueProblems({ by, grant, before, after, isRevenue }: GrantedChange): readonly Problem[] {
  if (grant.shareRevenue && by === "agency") return [];
  const refused = (path: Problem["path"]) =>
    problem("grant.share_revenue", path, "shares revenue, which is not granted: write values_without_revenue");
  const problems: Problem[] = [];
  if (isMore(after.inApp.dataSharing, before?.inApp.dataSharing)) {
    problems.push(refused(["in_app_postbacks", "data_sharing"]));
  }
  for (const [index, { id, dataSharing, conditions }] of after.mappings.entries()) {
    if (isMore(dataSharing, mappingOf(before, id)?.dataSharing))
      problems.push(refused(["mappings", index, "data_sharing"]));
    problems.push(...conditionProblems({ conditions, old: mappingOf(before, id), isRevenue }, ["mappings", index]));
  }
  return problems;
}

/** Whether a condition holds tells what it asks for. */
function conditionProblems(
  asked: {
    readonly conditions: readonly Condition[];
    readonly old: EventMapping | undefined;
    readonly isRevenue: RevenueNames;
  },
  path: Problem["path"],
): readonly Problem[] {
  const isOld = (condition: Condition): boolean =>
    asked.old?.conditions.some((one) => isSameValue(one, condition)) === true;
  return asked.conditions.flatMap((condition, index) =>
    !asked.isRevenue(condition.property) || isOld(condition)
      ? []
      : [
          problem(
            "grant.share_revenue",
            [...path, "conditions", index, "property"],
            `asks for revenue, ${condition.property}, which is not granted`,
          ),
        ],
  );
}

const isMore = (wanted: DataSharing, before: DataSharing | undefined): boolean =>
  dataSharingLevels.indexOf(wanted) > dataSharingLevels.indexOf("values_without_revenue") && wanted !== before;

/** A mapping of a name that the grant does not have would never match; one of a name never seen makes an event, which is the advertiser's. */
function eventProblems({ by, grant, before, after, isKnownEvent }: GrantedChange): readonly Problem[] {
  const problems: Problem[] = [];
  const isAll = after.inApp.mappingMethod === "as_is_all" && before?.inApp.mappingMethod !== "as_is_all";
  if (isAll && grant.eventNames !== "*")
    problems.push(
      problem("grant.event_names", ["in_app_postbacks", "mapping_method"], "as_is_all needs a grant of all events"),
    );
  for (const [index, { id, eventName }] of after.mappings.entries()) {
    if (mappingOf(before, id)?.eventName === eventName) continue;
    const path = ["mappings", index, "event_name"];
    if (by === "agency" && grant.eventNames !== "*" && !grant.eventNames.includes(eventName))
      problems.push(problem("grant.event_names", path, `${eventName} is none of the events that are granted`));
    else if (!isKnownEvent(eventName))
      problems.push(
        problem(
          "grant.event_unknown",
          path,
          `the app has not reported ${eventName} lately; its owner creates or maps a name first`,
        ),
      );
  }
  return problems;
}

const mappingOf = (integration: Integration | null, id: string): EventMapping | undefined =>
  integration?.mappings.find((mapping) => mapping.id === id);

/** `installPostbacks` as it stands in documents. */
const wireName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const problem = (code: string, path: Problem["path"], message: string): Problem => {
  const place = pathText(path);
  return { path, code, message: place === "" ? message : `${place}: ${message}` };
};
