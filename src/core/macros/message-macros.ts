import type { EventType } from "#src/core/events/event.ts";
import { defineMacro } from "./define-macro.ts";
import { encodeJsonTexts } from "./encode-json-texts.ts";
import type { Macro } from "./macro.ts";
import { channelName } from "./value-forms.ts";

const ofMessages: readonly EventType[] = ["message_event"];
const ofAbTests: readonly EventType[] = ["ab_test_event"];

/** Values of Leanplum's postbacks (seed 001). */
export const messageMacros: readonly Macro[] = [
  defineMacro("message_id", {
    source: "server",
    eventTypes: ofMessages,
    label: "Message ID",
    meaning: "Id of the message that the event is about.",
    example: "5676830883119104",
    spellings: { leanplum: ["Message ID"] },
    read: (view) => view.message()?.id ?? null,
  }),
  defineMacro("message_event", {
    source: "server",
    eventTypes: ofMessages,
    label: "Message event",
    meaning: "What happened to the message: Sent, Open, Held Back, ….",
    example: "Open",
    spellings: { leanplum: ["Message event"] },
    read: (view) => view.message()?.event ?? null,
  }),
  defineMacro("message_channel", {
    source: "server",
    eventTypes: ofMessages,
    label: "Message channel",
    meaning: "push, email or in-app message.",
    example: "push",
    spellings: { leanplum: ["Message channel"] },
    read: (view) => channelName(view.message()?.channel ?? null),
  }),
  defineMacro("message_template", {
    source: "server",
    eventTypes: ofMessages,
    label: "Template name",
    meaning: "Template of an in-app message; of the other channels an empty text, which is a value.",
    example: "Center Popup",
    spellings: { leanplum: ["Template name"] },
    read: (view) => {
      const message = view.message();
      if (message === null) return null;
      return channelName(message.channel) === "in-app message" ? message.templateName : "";
    },
  }),
  defineMacro("message_parameters", {
    source: "server",
    form: "json",
    eventTypes: ofMessages,
    label: "Message parameters",
    meaning: "Parameters of the event as JSON, each text within percent-encoded. What may not be shared is N/A.",
    example: '{"url":"https%3A%2F%2Fexample.com%2F","index":1}',
    spellings: { leanplum: ["Parameters"] },
    read: (view) => {
      const message = view.message();
      return message === null ? null : encodeJsonTexts(message.parametersText);
    },
  }),
  defineMacro("ab_test_id", {
    source: "server",
    eventTypes: ofAbTests,
    label: "A/B test ID",
    meaning: "Id of the A/B test that the user came into.",
    example: "4893271",
    spellings: { leanplum: ["AB test ID"] },
    read: (view) => view.abTest()?.id ?? null,
  }),
  defineMacro("ab_variant_id", {
    source: "server",
    eventTypes: ofAbTests,
    label: "Variant ID",
    meaning: "Id of the group of the A/B test that the user was sorted into.",
    example: "4893272",
    spellings: { leanplum: ["Variant ID"] },
    read: (view) => view.abTest()?.variantId ?? null,
  }),
];
