import type { EventFacts } from "./event-facts.ts";
import { inAppPath } from "./setting-paths.ts";
import type { Step } from "./step.ts";
import type { Target } from "./terms.ts";

const dayMs = 86_400_000;

/**
 * How long before its install an event still counts as the install's: clocks of devices go wrong by a
 * time zone, and what came a day before belongs to an earlier install.
 */
const earlyMsMax = dayMs;

export const conversionUnknown: Step<Target> = {
  reason: "conversion_unknown",
  concerns: hasWindow,
  skips: (target, facts) => {
    const days = windowDays(target, facts);
    // A SKAN postback tells no time of conversion by design; it *is* the report of one.
    return days !== null && facts.conversionAt === null && facts.event.type !== "skan_postback";
  },
  describe: (target, facts) => ({
    expected:
      windowDays(target, facts) === null ? "a lifetime window never asks" : "the time of the conversion is known",
    actual: facts.conversionAt === null ? "not known" : `converted at ${new Date(facts.conversionAt).toISOString()}`,
    setBy: `${inAppPath(target.terms)}.window`,
  }),
  restsOnInstall: () => true,
};

/** Judged by the window as set now (seed 003). Exactly at the end still counts, and so does an event shortly before its install. */
export const outsideWindow: Step<Target> = {
  reason: "outside_window",
  concerns: hasWindow,
  skips: (target, facts) => {
    const days = windowDays(target, facts);
    if (days === null || facts.conversionAt === null) return false;
    const age = facts.event.time - facts.conversionAt;
    return age > days * dayMs || age < -earlyMsMax;
  },
  describe: (target, facts) => {
    const days = windowDays(target, facts);
    const age = facts.conversionAt === null ? null : (facts.event.time - facts.conversionAt) / dayMs;
    return {
      expected:
        days === null
          ? "any time after the conversion"
          : `at most ${days} days after the conversion, and at most one before it`,
      actual: age === null ? "the time of the conversion is not known" : `${age.toFixed(3)} days after it`,
      setBy: `${inAppPath(target.terms)}.window`,
    };
  },
  restsOnInstall: null,
};

function hasWindow(target: Target): boolean {
  return target.windowDays !== null;
}

/** Null where no window is looked at: a lifetime one, and conversions, which start it. */
function windowDays(target: Target, facts: EventFacts): number | null {
  return facts.isConversion ? null : target.windowDays;
}
