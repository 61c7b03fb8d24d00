import { notAttributed } from "./attribution.ts";
import { conditionUnmet } from "./condition.ts";
import { consentDenied, sharingFiltered } from "./consent.ts";
import type { EventSource } from "./event-shape.ts";
import { notGranted } from "./granted.ts";
import { integrationPath, targetPath } from "./setting-paths.ts";
import type { Step } from "./step.ts";
import { templateFor } from "./template-table.ts";
import type { Target } from "./terms.ts";
import { conversionUnknown, outsideWindow } from "./window.ts";

const mappingOff: Step<Target, EventSource> = {
  reason: "mapping_off",
  skips: ({ mapping }) => mapping !== null && !mapping.active,
  describe: (target) => ({
    expected: target.mapping === null ? "no mapping is needed" : "the mapping is switched on",
    actual:
      target.mapping === null
        ? "no mapping is looked at"
        : `the mapping is switched ${target.mapping.active ? "on" : "off"}`,
    setBy: target.mapping === null ? null : `${targetPath(target)}.active`,
  }),
  restsOnInstall: null,
};

const noTemplate: Step<Target> = {
  reason: "no_template",
  skips: ({ templates }, { templateCase }) => templateFor(templates, templateCase) === null,
  describe: ({ terms, templates }, { templateCase }) => {
    const { kind, platform, isLimiting } = templateCase;
    return {
      expected: `a template for ${kind}, ${platform ?? "any platform"}${isLimiting ? ", tracking limited" : ""}`,
      actual: templateFor(templates, templateCase) === null ? "there is none" : "there is such a template",
      setBy: `${integrationPath(terms)}.templates`,
    };
  },
  // What the event does not tell of its device the record may: another case, for which there is a template.
  restsOnInstall: ({ laterTemplateCases }, { templates }) =>
    laterTemplateCases.some((later) => templateFor(templates, later) !== null),
};

/** Steps 7 and 8: those that ask of an event no more than whose it is. */
export const sourceSteps: readonly Step<Target, EventSource>[] = [mappingOff, notAttributed];

/** Steps 9 to 14, which may look at all of an event. The last one, `macro_missing`, is known when the template is rendered (`render-match.ts`). */
const laterSteps: readonly Step<Target>[] = [
  conversionUnknown,
  outsideWindow,
  notGranted,
  conditionUnmet,
  sharingFiltered,
  consentDenied,
  noTemplate,
];

/** Steps 7 to 14 of the table: those that look at one mapping, or at the integration as a whole where none is needed. */
export const targetSteps: readonly Step<Target>[] = [...sourceSteps, ...laterSteps];

const askedOfSome = laterSteps.filter(({ concerns }) => concerns !== undefined);

/** Steps 9 to 14 without any, some or all of those that not every target asks; a bit for each of these. */
const laterStepsByBits = Array.from({ length: 2 ** askedOfSome.length }, (_, bits) =>
  laterSteps.filter((step) => {
    const place = askedOfSome.indexOf(step);
    return place < 0 || (bits & (1 << place)) !== 0;
  }),
);

/** Of steps 9 to 14 those that could skip an event for this target: one list for all targets that ask the same. */
export function laterStepsOf(target: Target): readonly Step<Target>[] {
  let bits = 0;
  for (const [place, { concerns }] of askedOfSome.entries()) if (concerns?.(target) === true) bits |= 1 << place;
  return laterStepsByBits[bits] ?? laterSteps;
}
