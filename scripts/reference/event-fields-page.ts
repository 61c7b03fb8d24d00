import { eventTypes } from "#src/core/events/event.ts";
import { eventFields, type FieldGroup, type FieldKind } from "#src/core/events/event-fields.ts";
import { code, markdownPage, markdownTable } from "./markdown.ts";

const kinds: Readonly<Record<FieldKind, string>> = {
  text: "text or a number",
  time: "RFC 3339, `yyyy-mm-dd hh:mm:ss.sss` in UTC, or epoch",
  number: "a number, or text that is one",
  flag: "true, false, 0, 1 or their texts",
};

const groups: readonly { readonly group: FieldGroup; readonly words: string }[] = [
  { group: "identity", words: "Who: also completed from the install record" },
  { group: "device", words: "The device: also completed from the install record" },
  { group: "attribution", words: "Where the user came from: also completed from the install record" },
  { group: "conversion", words: "When: also completed from the install record" },
  { group: "money", words: "Money" },
  { group: "rejection", words: "Rejected events" },
  { group: "event", words: "The event itself" },
];

export const eventFieldsPage = (): string =>
  markdownPage(
    "Event fields",
    "src/core/events/event-fields.ts",
    "The plain fields of an event, all optional, by AppsFlyer's raw-data names. The members that are not plain, and what an event must have, stand in the [guide](../guide/events.md). Absent, `null`, an empty text, `None` and an unresolved macro are all no value.",
    `Values of \`event_type\`: ${eventTypes.map(code).join(", ")}.`,
    ...groups.flatMap(({ group, words }) => [
      `## ${words}`,
      markdownTable(
        ["field", "takes"],
        Object.entries(eventFields)
          .filter(([, field]) => field.group === group)
          .map(([name, field]) => [code(name), kinds[field.kind]]),
      ),
    ]),
  );
