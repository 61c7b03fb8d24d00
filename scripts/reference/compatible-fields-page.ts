import { pushFields, reportFields } from "#src/http/compat/appsflyer/raw-data-fields.ts";
import { serverEventNames } from "#src/http/compat/appsflyer/server-event.ts";
import { attributionFields, type SegmentField, segmentFields } from "#src/http/compat/segment/segment-fields.ts";
import { lifecycleTypes } from "#src/http/compat/segment/segment-message.ts";
import { code, markdownPage, markdownTable } from "./markdown.ts";

export const compatibleFieldsPage = (): string =>
  markdownPage(
    "Fields of other clients",
    "src/http/compat",
    "What members of existing clients are here. How to point them at Carom stands in the guides: [from AppsFlyer](../guide/migrate-from-appsflyer.md), [from Segment and webhooks](../guide/migrate-from-webhooks.md).",
    "## AppsFlyer's server-to-server events",
    "The members below have other names here; all others keep theirs. `aie` is the contrary of `is_lat`.",
    markdownTable(
      ["member", "is here"],
      [...serverEventNames].map(([name, own]) => [code(name), code(own)]),
    ),
    "## AppsFlyer's Push API",
    "An extra member is kept under its own name. A field that is not listed is an extra member too.",
    markdownTable(["field", "is here"], rawDataRows(pushFields)),
    "## AppsFlyer's other raw data",
    markdownTable(["field", "is here"], rawDataRows(reportFields)),
    "## Segment",
    "`messageId` is `event_id`, `timestamp` (else `originalTimestamp`) is `event_time`; `properties`, of identify and group `traits`, are `event_value`, their text as it came. The first row that has a value gives it.",
    markdownTable(["member", "is here"], segmentFields.map(segmentRow)),
    "`Install Attributed` tells attribution in its properties:",
    markdownTable(["member", "is here"], attributionFields.map(segmentRow)),
    "Events of an app's life:",
    markdownTable(
      ["event", "`event_type`"],
      [...lifecycleTypes].map(([name, type]) => [code(name), code(type)]),
    ),
  );

const rawDataRows = (fields: Readonly<Record<string, string>>): readonly (readonly string[])[] =>
  Object.entries(fields).map(([name, target]) => [
    code(name),
    target === "extra" ? "an extra member" : target === "consent" ? "consent of the user" : code(target),
  ]);

const onlyWords: Readonly<Record<NonNullable<SegmentField["only"]>, string>> = {
  ios: ", on iOS",
  not_ios: ", elsewhere than on iOS",
  android: ", on Android",
  neither: ", on neither iOS nor Android",
};

const segmentRow = ({ path, field, taken, only }: SegmentField): readonly string[] => [
  code(path),
  `${code(field)}${only === undefined ? "" : onlyWords[only]}${taken === "contrary_flag" ? ", its contrary" : ""}`,
];
