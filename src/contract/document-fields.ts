import { z } from "zod";
import { mainAccountId } from "#src/core/catalog/main-account.ts";
import { durationPattern, readDuration } from "./duration-text.ts";
import { readStatusRange, statusPattern } from "./status-text.ts";

/** The kinds of plain value that a catalog document is made of. */

const idLengthMax = 128;
const nameLengthMax = 200;
const plainLengthMax = 2000;

/** Ids stand in keys, addresses and receivers' ids: `core/` says which characters they may have. */
export const idField = z.string().min(1).max(idLengthMax);
/** Whose it is; what says nothing is the main account's. */
export const accountIdField = idField.default(mainAccountId);
export const nameField = z.string().min(1).max(nameLengthMax);

/** Text that people also write as a number or a switch (`value: 5`): read as the text that stands there. */
export const plainField = z
  .union([z.string().max(plainLengthMax), z.number(), z.boolean()], { error: "must be text" })
  .transform(String)
  .pipe(z.string());

/** The same where nothing at all would be a mistake. */
export const filledField = plainField.refine((text) => text.trim() !== "", { error: "must not be empty" });

export const durationField = z
  .string()
  .regex(durationPattern, { error: "must be a duration such as 500ms, 30s, 2m, 5h or 7d" })
  .transform((text) => readDuration(text) ?? 0);

export const statusField = z
  .union([z.int(), z.string()], {
    error: "must be a status such as 200, a class such as 2xx, or a range such as 200-299",
  })
  .transform(String)
  .pipe(
    z
      .string()
      .regex(statusPattern, { error: "must be a status such as 200, a class such as 2xx, or a range such as 200-299" }),
  )
  .transform((text) => readStatusRange(text) ?? ([0, 0] as const));
