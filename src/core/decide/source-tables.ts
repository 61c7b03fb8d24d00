import type { Decision } from "#src/core/postbacks/decision.ts";
import { attributedSourcesOf } from "./attribution.ts";
import type { EventSource } from "./event-shape.ts";
import type { IntegrationPlan, SourceRows, SourceTable } from "./plans.ts";
import { firstSkip } from "./step.ts";
import { sourceSteps } from "./target-steps.ts";
import type { Target } from "./terms.ts";

/** Tables that are kept to be shared; beyond them all are forgotten here, and plans that are there keep theirs. */
const tablesMax = 4_096;

/** The tables of all apps, each by what it was made for: ten thousand apps with the same partners have one. */
export type SourceTables = Map<string, SourceTable>;

/**
 * The table of a plan. Two plans have the same one if at each place the same partner is asked and says the same: of no source,
 * of a stranger's and of each of its own. The steps themselves are asked, so that a table holds whatever they look at.
 */
export function sourceTableFor(tables: SourceTables, plan: IntegrationPlan): SourceTable {
  const key = plan.entries.map((entry) => (isTarget(entry) ? answersOf(entry, plan) : "")).join(" ");
  const known = tables.get(key);
  if (known !== undefined) return known;
  const named = plan.entries.flatMap((entry) => (isTarget(entry) ? attributedSourcesOf(entry.terms) : []));
  const made = { firstRows: newRows(named), secondRows: newRows(named) };
  if (tables.size >= tablesMax) tables.clear();
  tables.set(key, made);
  return made;
}

export const isTarget = (entry: Decision | Target): entry is Target => "terms" in entry;

const newRows = (named: readonly string[]): SourceRows => ({
  named: new Map(named.map((source) => [source, null])),
  unnamed: null,
  untold: null,
});

function answersOf(target: Target, plan: IntegrationPlan): string {
  let answers = `${target.terms.partner.id}:`;
  for (const mediaSource of [null, strangers, ...attributedSourcesOf(target.terms)])
    for (const isSecondRow of [false, true]) answers += answerOf(target, { ...plan, mediaSource, isSecondRow });
  return answers;
}

/** No partner can name it. */
const strangers = "";

function answerOf(target: Target, seen: EventSource): string {
  const against = firstSkip(sourceSteps, target, seen);
  if (against === null) return "-";
  return `${sourceSteps.indexOf(against)}${against.restsOnInstall?.(seen, target) === true ? "?" : ""}`;
}
