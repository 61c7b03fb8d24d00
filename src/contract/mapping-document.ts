import { z } from "zod";
import { dataSharingLevels, type EventMapping, sendForValues } from "#src/core/catalog/catalog.ts";
import { mappingId } from "#src/core/ids.ts";
import { closedObject } from "./closed-object.ts";
import { filledField, idField, plainField } from "./document-fields.ts";

const conditionText =
  "must be text, a number or true/false: a condition holds where a member equals this; for one of several values write a condition for each, at most five";

const conditionLengthMax = 2000;

const conditionDocument = closedObject({
  property: plainField.meta({ description: "Of `event_value`." }),
  value: z
    .union([z.string().max(conditionLengthMax), z.number(), z.boolean()], { error: conditionText })
    .transform(String)
    .pipe(z.string())
    .meta({ description: "Compared as text, for equality; a list or an object is refused." }),
});

export const mappingDocument = closedObject({
  id: idField.optional().meta({ description: "By default made from the two names; give it where they are doubled." }),
  event_name: plainField.meta({ description: "The app's name of it; letter case counts." }),
  partner_event: filledField.optional().meta({ description: "By default the event's own name." }),
  active: z.boolean().default(true),
  send_for: z
    .enum(sendForValues)
    .default("partner_only")
    .meta({ description: "`all_sources`: organic, and what is attributed to others, too." }),
  data_sharing: z
    .enum(dataSharingLevels)
    .default("none")
    .meta({ description: "How much of the event the partner may see." }),
  conditions: z
    .array(conditionDocument)
    .default([])
    .meta({ description: "At most five members of `event_value` with the value they must have; any one suffices." }),
});

export const mappingFromDocument = (document: z.output<typeof mappingDocument>): EventMapping => {
  const partnerEvent = document.partner_event ?? document.event_name;
  return {
    id: mappingId(document.id ?? derivedId(document.event_name, partnerEvent)),
    eventName: document.event_name,
    partnerEvent,
    active: document.active,
    sendFor: document.send_for,
    dataSharing: document.data_sharing,
    conditions: document.conditions,
  };
};

export const mappingToDocument = (mapping: EventMapping): z.input<typeof mappingDocument> => ({
  id: mapping.id,
  event_name: mapping.eventName,
  partner_event: mapping.partnerEvent,
  active: mapping.active,
  send_for: mapping.sendFor,
  data_sharing: mapping.dataSharing,
  conditions: mapping.conditions.map(({ property, value }) => ({ property, value })),
});

const plainPartMax = 40;

/**
 * The id of a mapping that was given none: both names where they are plain, else what can be shown of
 * them and a hash, so that two different mappings do not come to the same id. The same mapping has
 * the same id wherever it stands in the list.
 */
const derivedId = (eventName: string, partnerEvent: string): string => {
  const parts = [eventName, partnerEvent];
  const shown = parts.map((part) => part.replace(/[^A-Za-z0-9_-]+/g, "_").slice(0, plainPartMax)).join(".");
  return shown === parts.join(".") ? shown : `${shown}.${fnv1a(parts.join("\u0000"))}`;
};

/** FNV-1a, 32 bits, as hex: spreads names, guards nothing. */
const fnv1a = (text: string): string => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
};
