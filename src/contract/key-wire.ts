import { z } from "zod";
import { roles } from "#src/core/permissions/role.ts";
import { timeWire } from "./list-query.ts";
import { keyKinds } from "./route-access.ts";

export const keyWire = z
  .strictObject({
    id: z.string(),
    kind: z.enum(keyKinds),
    name: z.string(),
    account_id: z.string().meta({ description: "Whose key it is." }),
    role: z.enum(roles).nullable().meta({ description: "What a management key may do; null for the others." }),
    app_id: z
      .string()
      .nullable()
      .meta({ description: "The one app an ingest or export key speaks for; null for management." }),
    hint: z.string().meta({ description: "The first characters of the key." }),
    created_at: timeWire,
    expires_at: timeWire.nullable().meta({ description: "It works until then; null does not end." }),
    rate_per_second: z.number().nullable().meta({
      description: "Events (ingest) or requests (others) a second, beyond which it is answered 429.",
    }),
    origins: z.array(z.string()).meta({ description: "Web origins whose pages may send with it." }),
    last_used_at: timeWire.nullable().meta({ description: "To the hour." }),
  })
  .meta({ id: "Key" });
export type KeyWire = z.output<typeof keyWire>;
