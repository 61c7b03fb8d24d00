import { z } from "zod";
import type { Account } from "#src/core/catalog/catalog.ts";
import { accountId } from "#src/core/ids.ts";
import { closedObject } from "./closed-object.ts";
import { filledField, idField, nameField } from "./document-fields.ts";

export const accountDocument = closedObject({
  id: idField,
  name: nameField.optional(),
  kind: z
    .enum(["advertiser", "agency", "partner"])
    .meta({ description: "An agency can be a configurator; grants go to agencies and partners." }),
  af_prt_names: z.array(filledField).default([]).meta({ description: "Names by which an agency stands in `af_prt`." }),
});

export const accountFromDocument = (document: z.output<typeof accountDocument>): Account => ({
  id: accountId(document.id),
  name: document.name ?? document.id,
  kind: document.kind,
  afPrtNames: document.af_prt_names,
});

export const accountToDocument = (account: Account): z.input<typeof accountDocument> => ({
  id: account.id,
  name: account.name,
  kind: account.kind,
  af_prt_names: [...account.afPrtNames],
});
