import { z } from "zod";
import { deadReasons, postbackStates } from "#src/core/postbacks/postback.ts";
import { closedObject } from "./closed-object.ts";
import {
  isOneSearch,
  oneSearchOnly,
  type searchNames,
  searchParameters,
  searchText,
  timeParameter,
} from "./list-query.ts";

export const postbackFilterFields = {
  app_id: searchText.optional(),
  partner_id: searchText.optional(),
  rule_id: searchText.optional().meta({ description: "A rule, of any app unless `app_id` says of which." }),
  receiver_id: searchText.optional(),
  state: z.enum(postbackStates).optional(),
  dead_reason: z.enum(deadReasons).optional(),
  event_name: searchText.optional(),
  carom_event_id: searchText.optional().meta({ description: "Carom's id of the event." }),
  from: timeParameter.optional().meta({ description: "Creation, inclusive." }),
  to: timeParameter.optional().meta({ description: "Creation, exclusive." }),
  ...searchParameters,
  event_id: searchText
    .optional()
    .meta({ description: "The event: the client's own id, or Carom's, as `event_id` of a postback names it." }),
};

const namesSomething = (filter: object): boolean => Object.values(filter).some((value) => value !== undefined);
const namesNothing = { error: "must name at least one field" };

/** The filter of something that is done to many postbacks: it must name something, so that nobody acts on all by forgetting. */
export const postbackFilter = closedObject(postbackFilterFields)
  .refine(isOneSearch, oneSearchOnly)
  .refine(namesSomething, namesNothing)
  .meta({ id: "PostbackFilter" });

/** Only dead ones are replayed: another state is refused instead of passed over. */
export const deadPostbackFilter = closedObject({
  ...postbackFilterFields,
  state: z
    .literal("dead")
    .optional()
    .meta({ description: "Only dead postbacks are replayed; alone it names all of them." }),
})
  .refine(isOneSearch, oneSearchOnly)
  .refine(namesSomething, namesNothing)
  .meta({ id: "DeadPostbackFilter" });

export type PostbackFilterWire = {
  readonly [Name in Exclude<keyof typeof postbackFilterFields, (typeof searchNames)[number]>]?:
    | z.output<(typeof postbackFilterFields)[Name]>
    | undefined;
} & { readonly [Name in (typeof searchNames)[number]]?: string | undefined };
