import { z } from "zod";
import { closedObject } from "./closed-object.ts";
import { defineRoute, jsonOk, largeJsonBody, noBody, none } from "./route.ts";
import { atLeast } from "./route-access.ts";

const currency = z.string().regex(/^[A-Z]{3}$/, { error: "must be a currency of ISO 4217, such as USD" });
const day = z.iso.date().meta({ description: "The day that the rate is of, UTC." });
/** More of them are no table of exchange rates. */
const ratesMax = 500_000;

const rate = closedObject({
  day,
  currency,
  rate: z
    .string()
    .regex(/^\d{1,12}(?:\.\d{1,12})?$/, { error: "must be a decimal as text, such as 1.1626" })
    .refine((text) => /[1-9]/.test(text), { error: "must be above zero" })
    .meta({ description: "Units of the currency for one euro, as text." }),
});
export type RateWire = z.output<typeof rate>;

export const rateRoutes = {
  listRates: defineRoute({
    operation: "listRates",
    group: "rates",
    method: "GET",
    path: "/v1/rates",
    summary: "The newest exchange rate of each currency, in units for one euro.",
    access: atLeast("viewer"),
    params: none,
    query: none,
    body: noBody,
    ok: jsonOk(
      200,
      "The rates.",
      z.strictObject({
        data: z.array(
          z.strictObject({
            ...rate.shape,
            days: z.int().meta({ description: "Days of it that are known." }),
          }),
        ),
      }),
    ),
    refusals: [],
  }),
  importRates: defineRoute({
    operation: "importRates",
    group: "rates",
    method: "POST",
    path: "/v1/rates",
    summary: "Take exchange rates; one that is known for its currency and day is replaced. They are in force at once.",
    access: atLeast("operator"),
    params: none,
    query: none,
    body: largeJsonBody(closedObject({ rates: z.array(rate).max(ratesMax) })),
    ok: jsonOk(
      200,
      "The rates are in force.",
      z.strictObject({
        kept: z.int(),
        too_old: z.int().meta({ description: "Of days before those that are kept, and left out." }),
      }),
    ),
    refusals: [],
  }),
} as const;
