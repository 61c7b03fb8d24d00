import { z } from "zod";
import { timeWire } from "./list-query.ts";
import { keyKinds } from "./route.ts";

export const keyWire = z
  .strictObject({
    id: z.string(),
    kind: z.enum(keyKinds),
    name: z.string(),
    app_id: z.string().nullable().meta({ description: "The one app an ingest key speaks for; null for management." }),
    hint: z.string().meta({ description: "The first characters of the key." }),
    created_at: timeWire,
  })
  .meta({ id: "Key" });
export type KeyWire = z.output<typeof keyWire>;
