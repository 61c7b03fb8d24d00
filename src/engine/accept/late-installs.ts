import type { CompiledCatalog } from "#src/core/compile/compiled-catalog.ts";
import { type DecisionInputs, nothingShown, type Verdict } from "#src/core/decide/verdict.ts";
import type { Event } from "#src/core/events/event.ts";
import { enrichmentOf, withEnrichment } from "#src/core/installs/install-conversion.ts";
import type { InstallRecord } from "#src/core/installs/install-record.ts";
import type { Decision } from "#src/core/postbacks/decision.ts";
import { partnerOfTarget, wholeTargetKey } from "#src/core/postbacks/target-key.ts";
import type { WaitingEvent } from "#src/ports/knowledge.ts";

/**
 * Decides a recorded event anew, now that its install has come. Only what rests on the install is
 * decided anew: the event is decided as it was and as it is now, by the same catalog, and where the
 * two agree the recorded decision stays. An integration or rule that has matched stays as it is, and no partner that
 * has been served for this event, by whichever configurator, is served a second time.
 */
export function decideAgain(
  { event, matchedTargetKeys }: WaitingEvent,
  record: InstallRecord,
  { compiled, inputs }: { readonly compiled: CompiledCatalog; readonly inputs: DecisionInputs },
): { readonly event: Event; readonly verdict: Verdict } | null {
  const app = compiled.apps.get(event.appId);
  const enrichment = enrichmentOf(event, record, (event.enrichment?.version ?? 1) + 1);
  if (app === undefined || enrichment === null) return null;
  const enriched = withEnrichment(event, enrichment);
  const now = app.decide(enriched, inputs);
  const before = new Map(
    app.decide(event, nothingShown).decisions.map((decision) => [decision.targetKey, codeOf(decision)]),
  );
  const decisions = now.decisions
    .filter(({ targetKey }) => !matchedTargetKeys.some((key) => wholeTargetKey(key) === wholeTargetKey(targetKey)))
    .filter((decision) => codeOf(decision) !== before.get(decision.targetKey))
    .map((decision) => (isServed(decision, matchedTargetKeys) ? alreadyServed(decision) : decision));
  const matched = new Set(
    decisions.filter((decision) => decision.outcome.kind === "match").map((decision) => decision.targetKey),
  );
  const matches = now.matches.filter((match) => matched.has(match.decision.targetKey));
  const marks = now.marks.filter(({ targetKey }) => matched.has(targetKey));
  const verdict = { decisions, usual: null, matches, marks, waitsForInstall: now.waitsForInstall };
  return { event: enriched, verdict };
}

const codeOf = ({ outcome }: Decision): string => (outcome.kind === "match" ? "match" : outcome.reason);

/** By whichever configurator. A rule that has matched is no longer asked. */
function isServed({ outcome, target }: Decision, matchedTargetKeys: readonly string[]): boolean {
  if (outcome.kind !== "match" || target.kind !== "integration") return false;
  return matchedTargetKeys.some((key) => partnerOfTarget(key) === target.partnerId);
}

const alreadyServed = ({ target, targetKey }: Decision): Decision => ({
  target,
  targetKey,
  outcome: { kind: "skip", reason: "already_served" },
});
