import { z } from "zod";

const pageLimitMax = 500;
const pageLimitDefault = 50;
/** Every store's cursors are the sequence number of the last row shown. */
const cursorPattern = /^\d{1,15}$/;

/** What every list is asked with. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(pageLimitMax).default(pageLimitDefault),
  cursor: z
    .string()
    .regex(cursorPattern, { error: "must be `next_cursor` of the page before, as it was answered" })
    .optional()
    .meta({ description: "`next_cursor` of the page before." }),
};

/** What every list answers; newest first. */
export const pageOf = <Item>(item: z.ZodType<Item>) =>
  z.strictObject({
    data: z.array(item),
    next_cursor: z.string().nullable().meta({ description: "Null on the last page." }),
  });

/** A time as RFC 3339, read as epoch milliseconds. */
export const timeParameter = z.iso
  .datetime({ offset: true, error: "must be a time as RFC 3339, such as 2026-01-14T12:00:00.000Z" })
  .transform((text) => Date.parse(text));

/** A time as it is answered: RFC 3339 in UTC with milliseconds. */
export const timeWire = z.iso.datetime({ precision: 3 });

export const switchParameter = z
  .enum(["true", "false"])
  .default("false")
  .transform((text) => text === "true");

const valueLengthMax = 1000;
/** One plain value to look for. */
export const searchText = z.string().min(1).max(valueLengthMax);

/** Search by the ids people have; one at a time. */
export const searchParameters = {
  event_id: searchText.optional().meta({ description: "The client's own id." }),
  install_id: searchText.optional(),
  user_id: searchText.optional().meta({ description: "Any advertising, device or customer id." }),
  click_id: searchText.optional(),
  transaction_id: searchText.optional(),
};
export const searchNames = ["event_id", "install_id", "user_id", "click_id", "transaction_id"] as const;

type Search = { readonly [Name in (typeof searchNames)[number]]?: string | undefined };

export const isOneSearch = (search: Search): boolean =>
  searchNames.filter((name) => search[name] !== undefined).length <= 1;
export const oneSearchOnly = { error: `search by one of ${searchNames.join(", ")} at a time` };
