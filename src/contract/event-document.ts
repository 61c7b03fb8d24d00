import { z } from "zod";
import { consentFlags, consentMembers } from "#src/core/events/consent-flags.ts";
import { eventTypes } from "#src/core/events/event.ts";
import { fieldAliases } from "#src/core/events/event-field-aliases.ts";
import { type EventField, eventFields, type FieldKind, isEventField } from "#src/core/events/event-fields.ts";
import { macros } from "#src/core/macros/registry.ts";
import { eventMeanings } from "./event-meanings.ts";

/** How a value of each kind may be written, as `core/events/read-event-field.ts` reads it. */
const kindForms: Readonly<Record<FieldKind, { readonly schema: z.ZodType; readonly words: string }>> = {
  text: { schema: z.union([z.string(), z.number()]), words: "Text or a number." },
  number: { schema: z.union([z.number(), z.string()]), words: "A number, or text that holds one." },
  flag: { schema: z.union([z.boolean(), z.literal([0, 1]), z.string()]), words: "true, false, 0, 1 or their texts." },
  time: {
    schema: z.union([z.string(), z.number()]),
    words: "RFC 3339, `yyyy-mm-dd hh:mm:ss.sss` in UTC, or epoch seconds or milliseconds.",
  },
};

type Told = { readonly meaning: string; readonly example?: string | undefined };

const member = (kind: FieldKind, { meaning, example }: Told): z.ZodType => {
  const { schema, words } = kindForms[kind];
  const examples = example === undefined ? {} : { examples: [example] };
  return schema.optional().meta({ description: `${meaning} ${words}`, ...examples });
};

/** A macro tells what it renders; where that is not what the field takes, the field has words of its own. */
const toldOf = (field: EventField): Told => {
  const macro = macros.find(({ name }) => name === field);
  const own = eventMeanings[field];
  return { meaning: own ?? macro?.meaning ?? "", example: macro?.example };
};

const plainFields = Object.fromEntries(
  Object.keys(eventFields)
    .filter(isEventField)
    .map((field) => [field, member(eventFields[field].kind, toldOf(field))]),
);

const aliases = Object.fromEntries(
  [...fieldAliases].map(([alias, field]) => [
    alias,
    member(eventFields[field].kind, { meaning: `Another name of \`${field}\`, which is read where both are there.` }),
  ]),
);

const flags = Object.fromEntries(
  consentFlags.map((name) => [name, member("flag", { meaning: "Consent, as AppsFlyer's clients tell it." })]),
);
const consent = z.looseObject(flags);
const jsonMembers = z.record(z.string(), z.unknown());

/**
 * One event as it is sent, for openapi.json alone: intake reads events by hand (`core/events/parse-event.ts`), with
 * no schema on its way, and takes members beyond these.
 */
export const eventDocument = z
  .looseObject({
    event_name: z.union([z.string().min(1).max(512), z.number()]).meta({
      description:
        "What the app calls it; letter case counts. May be left out only where `event_type` says what happened, and is that then.",
      examples: ["af_purchase"],
    }),
    app_id: member("text", {
      meaning: "An app of the catalog; left out it is the app of the ingest key.",
      example: "com.example.game",
    }),
    event_id: member("text", {
      meaning: "Your own id: given twice for one app within 7 days it is one event. Best ordered, as UUIDv7.",
      example: "0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
    }),
    event_type: z.enum(eventTypes).optional().meta({ description: "By default `in_app_event`." }),
    event_time: member("time", {
      meaning: "When it happened; by default when it arrives.",
      example: "2026-11-24T12:00:00.000Z",
    }),
    event_value: z
      .union([jsonMembers, z.string()])
      .optional()
      .meta({
        description: "What the app tells of it: an object, or text that holds one. Goes out as it came.",
        examples: [{ af_revenue: 50.87, af_currency: "USD" }],
      }),
    is_test: member("flag", { meaning: "Test traffic: only integrations with `takes_tests` take it." }),
    context: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .optional()
      .meta({ description: "Adobe context data: flat." }),
    message: z
      .looseObject({
        id: member("text", { meaning: "The message's id." }),
        event: member("text", { meaning: "What became of it: `sent`, `opened`, …" }),
        channel: member("text", { meaning: "How it went." }),
        template_name: member("text", { meaning: "The template that it was made from." }),
        parameters: jsonMembers.optional(),
      })
      .optional()
      .meta({ description: "Leanplum's facts of a message." }),
    ab_test: z
      .looseObject({
        id: member("text", { meaning: "The test's id." }),
        variant_id: member("text", { meaning: "The variant." }),
      })
      .optional()
      .meta({ description: "Leanplum's facts of an A/B test." }),
    sharing_filter: z
      .union([z.array(z.string()), z.string()])
      .optional()
      .meta({ description: "Partners that must not be told, or `all`.", examples: [["examplenetwork_int"], "all"] }),
    consent_data: z
      .looseObject({ ...flags, ...Object.fromEntries(consentMembers.map((name) => [name, consent.optional()])) })
      .optional()
      .meta({ description: "The user's consent, as AppsFlyer's S2S API writes it." }),
    ...flags,
    ...plainFields,
    ...aliases,
  })
  .meta({
    id: "EventToSend",
    description:
      "One event, by AppsFlyer's raw-data names; at most 64 KiB. Absent, `null`, an empty text, `None` and an unresolved macro are no value. Members of other names are kept, and shown.",
  });

/**
 * An event in a body that holds more than it, described as it is sent. It is read as intake reads it, by hand: a schema
 * would refuse in other words, and by other codes, than sending it does.
 */
export const givenEvent = z.looseObject({}).meta({ description: "An event as it would be sent.", as: "EventToSend" });
