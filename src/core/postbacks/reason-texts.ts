import type { IntegrationSkipReason, RuleSkipReason, SkipReason } from "./decision.ts";
import type { DeadReason } from "./postback.ts";

/** When an event is skipped for a reason, and what somebody who wants it sent can do. */
type SkipReasonText = { readonly when: string; readonly remedy: string };

/** In the order in which the reasons are looked at; the documentation is made from it. */
export const integrationReasonTexts: Readonly<
  Record<IntegrationSkipReason | Exclude<SkipReason, IntegrationSkipReason | RuleSkipReason>, SkipReasonText>
> = {
  integration_inactive: {
    when: "The integration, its partner, its app or everything is switched off.",
    remedy: "Set `active: true` where the explanation points. Switching off skips; to hold instead, pause.",
  },
  test_traffic: {
    when: "The event is marked `is_test`, or is of a test device, and the integration takes no tests.",
    remedy: "Set `takes_tests: true`, or take the device out of `test_devices`.",
  },
  other_configurator: {
    when: "The event belongs to another configurator's integration with this partner: an agency's own events to the agency's, everything else to the advertiser's.",
    remedy: "Nothing: it goes out through the other integration, if that matches. Check `af_prt` and `af_prt_names`.",
  },
  kind_off: {
    when: "This kind of event is switched off for the integration: installs, in-app events, or rejected events.",
    remedy: "Set `install_postbacks`, `in_app_postbacks.active` or `rejected_events`.",
  },
  excluded_event: {
    when: "The integration takes everything as is, and that never includes `af_app_opened`, uninstalls and sessions.",
    remedy: "Choose another mapping method and map the event by its name.",
  },
  not_mapped: {
    when: "No mapping of the integration has this event name. Letter case counts.",
    remedy: "Add a mapping for the name exactly as the app reports it.",
  },
  mapping_off: { when: "The mapping is switched off.", remedy: "Set `active: true` on the mapping." },
  not_attributed: {
    when: "It is sent for this partner's users only and the event's media source is none of the partner's; or it is sent for all sources and this is the second row of a double attribution.",
    remedy: "Set `send_for: all_sources`, or add the media source to the partner's `media_sources`.",
  },
  conversion_unknown: {
    when: "The window is counted in days, and no install or other conversion is known for the event. When its install arrives within the grace, the event is decided again.",
    remedy: "Send the install, or `install_time` with the event, or set `window: lifetime`.",
  },
  outside_window: {
    when: "The event came later after the conversion than the window allows, as it was set when the event was decided, or more than a day before it.",
    remedy: "Make the window longer; of an event before its install look at the times it tells.",
  },
  not_granted: {
    when: "The advertiser's grant to the agency does not cover this event or this source.",
    remedy: "Extend the app's grant for the account.",
  },
  condition_unmet: {
    when: 'The mapping has conditions and none of them holds. Values are compared as text: `5` equals `"5"`, and not `"05"`.',
    remedy: "Compare the conditions with `event_value` in the explanation.",
  },
  sharing_filtered: {
    when: "The event's `sharing_filter` names the partner, one of its media sources, or `all`.",
    remedy: "It is the sender of the event who decides this.",
  },
  consent_denied: {
    when: "The event's consent data refuses, or there is none and the app requires it.",
    remedy: "It is the user who decides this; `requires_consent` only says what silence means.",
  },
  no_template: {
    when: "Neither integration nor partner has a template for this kind of event and platform.",
    remedy: "Add a template with the `event_kind` that the explanation names.",
  },
  macro_missing: {
    when: "A macro of the template has no value, and the template says to skip then.",
    remedy: "Send the value with the event, or choose another `on_missing`.",
  },
  already_served: {
    when: "The decision was made again, as for a late install, and this partner has had a postback for the event.",
    remedy: "Nothing: it must not go out twice.",
  },
};

/** The same of rules. Where a code is that of an integration's step, the step asks the same of a rule. */
export const ruleReasonTexts: Readonly<Record<RuleSkipReason, SkipReasonText>> = {
  rule_inactive: {
    when: "The rule, its app or everything is switched off. A rule is off until it is activated.",
    remedy: "Set `active: true` where the explanation points.",
  },
  wrong_kind: {
    when: "The rule is on message events or on A/B-test events, and the event is of another type.",
    remedy: "Send it with `event_type: message_event` or `ab_test_event`, or make a rule of style `custom`.",
  },
  outside_schedule: {
    when: "The event happened before the start, after the end, on another day or at another hour than the rule's schedule says, in the schedule's zone.",
    remedy: "Change the `schedule`; it is the event's own time that counts.",
  },
  trigger_unmet: {
    when: "Not all of the triggers hold on the event. Of a rule on messages: the channel is none of its `channels`, or messages of this channel have no such event.",
    remedy:
      "Compare the triggers with the event in the explanation: a key that the event does not have satisfies `nx` only.",
  },
  trait_unmet: {
    when: "Not all of the traits hold on the audience: the event's own context, else what its install record keeps of the device's life. When the install arrives within the grace, the event is decided again.",
    remedy: "Compare the traits in the explanation, and send what is missing as context data.",
  },
  shown_before: {
    when: "The rule fires once for each install (without install id for each device, then user), and has.",
    remedy: "Set `frequency: always`.",
  },
  sharing_filtered: {
    when: "The event's `sharing_filter` is `all`.",
    remedy: "It is the sender of the event who decides this.",
  },
  consent_denied: integrationReasonTexts.consent_denied,
  macro_missing: integrationReasonTexts.macro_missing,
};

export const deadReasonTexts: Readonly<Record<DeadReason, string>> = {
  exhausted: "Every attempt of its retry policy failed.",
  permanent: "The receiver refused it for good: an answer that the retry policy does not try again.",
  expired: "`expires_after` of its partner passed before it was delivered.",
  render_error: "The template could not be rendered for this event. Mend the template and replay as `current`.",
  sender_crashed: "Three crashes of a sender happened while it was in hand.",
};
