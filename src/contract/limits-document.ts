import { z } from "zod";
import type { ReceiverLimits } from "#src/core/postbacks/receiver.ts";
import { closedObject } from "./closed-object.ts";

/** As many connections as a receiver of common size bears, and enough for 2,000 postbacks a second at 30 ms. */
const inFlightMaxDefault = 64;

export const limitsDocument = closedObject({
  in_flight_max: z.int().default(inFlightMaxDefault).meta({ description: "Attempts under way at once." }),
  rate_per_second: z.number().nullable().default(null).meta({ description: "Attempts a second; null: no limit." }),
});

export const limitsFromDocument = (document: z.output<typeof limitsDocument>): ReceiverLimits => ({
  inFlightMax: document.in_flight_max,
  ratePerSecond: document.rate_per_second,
});

export const limitsToDocument = (limits: ReceiverLimits): z.input<typeof limitsDocument> => ({
  in_flight_max: limits.inFlightMax,
  rate_per_second: limits.ratePerSecond,
});
