import type { z } from "zod";

/** Of a text that is kept in a file, which keeps no half of a surrogate pair: another one would come back. */
export const wholeCharacters = <Schema extends z.ZodType<string>>(schema: Schema): Schema =>
  schema.refine((text) => text.isWellFormed(), {
    error: "must hold whole characters: half of a surrogate pair (\\ud83d alone) is none",
  });
