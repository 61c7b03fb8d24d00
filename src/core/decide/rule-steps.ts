import { conditionText } from "#src/core/catalog/rule-condition-text.ts";
import { isEventField } from "#src/core/events/event-fields.ts";
import { channelOf, hasMessageEvent } from "#src/core/events/message-events.ts";
import type { RuleSkipReason } from "#src/core/postbacks/decision.ts";
import type { EventFacts } from "./event-facts.ts";
import { type RuleSight, type RuleTerms, type RuleTest, rulePath } from "./rule-terms.ts";
import { appPath } from "./setting-paths.ts";
import type { Step, StepDescription } from "./step.ts";

type RuleStep = Step<RuleTerms, RuleSight, RuleSkipReason>;

const ruleInactive: RuleStep = {
  reason: "rule_inactive",
  skips: (terms) => whatIsOff(terms) !== null,
  describe: (terms) => {
    const off = whatIsOff(terms);
    return {
      expected: "everything, the app and the rule are switched on",
      actual: off === null ? "all are on" : `${off.what} is switched off`,
      setBy: off?.path ?? `${rulePath(terms)}.active`,
    };
  },
  restsOnInstall: null,
};

const wrongKind: RuleStep = {
  reason: "wrong_kind",
  skips: ({ rule }, { facts }) => {
    switch (rule.when.style) {
      case "custom":
        return false;
      case "message_events":
        return facts.event.message === null || facts.type !== "message_event";
      case "ab_test_events":
        return facts.event.abTest === null || facts.type !== "ab_test_event";
    }
  },
  describe: (terms, { facts }) => ({
    expected: kindsOfStyle[terms.rule.when.style],
    actual: `${facts.type}${facts.event.message === null ? "" : " with a message"}${facts.event.abTest === null ? "" : " with an A/B test"}`,
    setBy: `${rulePath(terms)}.style`,
  }),
  restsOnInstall: null,
};

const kindsOfStyle = {
  custom: "an event of any type",
  message_events: "a message_event with its message",
  ab_test_events: "an ab_test_event with its A/B test",
} as const;

const outsideSchedule: RuleStep = {
  reason: "outside_schedule",
  skips: ({ isWithinSchedule }, { facts }) => !isWithinSchedule(facts.event.time),
  describe: (terms, { facts }) => {
    const { when } = terms.rule;
    const zone = when.style === "custom" ? (when.schedule?.zone ?? null) : null;
    return {
      expected: zone === null ? "no schedule: any time" : `within the schedule, days and hours of ${zone}`,
      actual: `it happened at ${new Date(facts.event.time).toISOString()}`,
      setBy: zone === null ? null : `${rulePath(terms)}.schedule`,
    };
  },
  restsOnInstall: null,
};

const triggerUnmet: RuleStep = {
  reason: "trigger_unmet",
  skips: (terms, { facts }) => !isOfChannels(terms, facts) || terms.triggers.some((test) => !holds(test, facts)),
  describe: (terms, { facts }) =>
    terms.rule.when.style === "custom"
      ? describeTests(terms.triggers, facts, `${rulePath(terms)}.triggers`)
      : describeChannels(terms, facts),
  restsOnInstall: ({ facts }, { triggers }) => restOnInstall(triggers, facts),
};

const traitUnmet: RuleStep = {
  reason: "trait_unmet",
  skips: ({ traits }, { facts }) => traits.some((test) => !holds(test, facts)),
  describe: (terms, { facts }) => describeTests(terms.traits, facts, `${rulePath(terms)}.traits`),
  // A record brings facts of the device's life and fields; either may be what a trait asks for.
  restsOnInstall: () => true,
};

const shownBefore: RuleStep = {
  reason: "shown_before",
  skips: (terms, { inputs }) => isOnce(terms) && inputs.shownBefore.has(terms.identity.targetKey),
  describe: (terms, { inputs }) => ({
    expected: isOnce(terms) ? "the first match for this install, device or user" : "any match: the rule fires always",
    actual: inputs.shownBefore.has(terms.identity.targetKey) ? "it has matched before" : "it has not matched before",
    setBy: terms.rule.when.style === "custom" ? `${rulePath(terms)}.frequency` : null,
  }),
  restsOnInstall: null,
};

/** A rule goes to no partner that a filter could name: only `all` means it. */
const sharingFiltered: RuleStep = {
  reason: "sharing_filtered",
  skips: (_terms, { facts }) => facts.event.sharingFilter === "all",
  describe: (_terms, { facts }) => ({
    expected: "sharing_filter is not all",
    actual: facts.event.sharingFilter === "all" ? "sharing_filter is all" : "sharing_filter is not all",
    setBy: null,
  }),
  restsOnInstall: null,
};

const consentDenied: RuleStep = {
  reason: "consent_denied",
  skips: ({ app }, { facts }) => facts.consent === "denied" || (facts.consent === "absent" && app.app.requiresConsent),
  describe: ({ app }, { facts }) => ({
    expected: app.app.requiresConsent ? "consent was given" : "consent was not refused",
    actual: `consent is ${facts.consent}`,
    setBy: `${appPath(app)}.requires_consent`,
  }),
  restsOnInstall: null,
};

/** The steps of a rule, in their order. The last one, `macro_missing`, is known when the template is rendered. */
export const ruleSteps: readonly RuleStep[] = [
  ruleInactive,
  wrongKind,
  outsideSchedule,
  triggerUnmet,
  traitUnmet,
  shownBefore,
  sharingFiltered,
  consentDenied,
];

export const isOnce = ({ rule }: RuleTerms): boolean => rule.when.style === "custom" && rule.when.frequency === "once";

function whatIsOff(terms: RuleTerms): { readonly what: string; readonly path: string } | null {
  const { app, rule } = terms;
  if (!app.catalog.active) return { what: "everything", path: "active" };
  if (!app.app.active) return { what: "the app", path: `${appPath(app)}.active` };
  return rule.active ? null : { what: "the rule", path: `${rulePath(terms)}.active` };
}

const holds = (test: RuleTest, facts: EventFacts): boolean => test.accepts(test.read(facts));

/** Whether an install record could change a test that does not hold: it reads a field that such a record completes. */
const restOnInstall = (tests: readonly RuleTest[], facts: EventFacts): boolean =>
  tests.length > 0 && tests.every((test) => holds(test, facts) || isEventField(test.condition.key));

function isOfChannels({ rule: { when } }: RuleTerms, { event: { message } }: EventFacts): boolean {
  if (when.style !== "message_events" || message === null) return true;
  const channel = channelOf(message);
  if (channel === null || (when.channels.length > 0 && !when.channels.includes(channel))) return false;
  return hasMessageEvent(channel, message);
}

function describeChannels(terms: RuleTerms, { event: { message } }: EventFacts): StepDescription {
  const { when } = terms.rule;
  const isOfSome = when.style === "message_events";
  const channels = isOfSome && when.channels.length > 0 ? when.channels.join(", ") : "any channel";
  return {
    expected: isOfSome ? `an event that messages of ${channels} have` : "every A/B-test event",
    actual:
      message === null
        ? "no message"
        : `${message.event} of ${message.channel}${message.templateName === "" ? "" : `, template ${message.templateName}`}`,
    setBy: isOfSome ? `${rulePath(terms)}.channels` : null,
  };
}

function describeTests(tests: readonly RuleTest[], facts: EventFacts, path: string): StepDescription {
  const failing = tests.findIndex((test) => !holds(test, facts));
  return {
    expected:
      tests.length === 0 ? "no conditions" : tests.map(({ condition }) => conditionText(condition)).join(" and "),
    actual:
      tests.length === 0
        ? "nothing is asked of it"
        : tests.map((test) => `${test.condition.key} is ${test.read(facts) ?? "missing"}`).join(", "),
    setBy: failing < 0 ? path : `${path}[${failing}]`,
  };
}
