import { z } from "zod";

export const cancelsWire = z
  .strictObject({
    waiting: z.int().meta({ description: "Postbacks that wait for what the change takes away." }),
    becomes: z.literal("cancelled").meta({ description: "What becomes of them." }),
    receivers: z.array(z.strictObject({ receiver_id: z.string(), waiting: z.int(), reason: z.string() })),
  })
  .meta({ id: "WaitingCancels" });
export type CancelsWire = z.output<typeof cancelsWire>;
