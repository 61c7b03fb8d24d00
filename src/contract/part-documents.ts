import { z } from "zod";
import type { CatalogPart } from "#src/core/catalog/catalog-part.ts";
import { appId, type PartKey } from "#src/core/ids.ts";
import { type Problem, problemsMax } from "#src/core/problem.ts";
import { accountDocument, accountFromDocument, accountToDocument } from "./account-document.ts";
import {
  appSettingsDocument,
  grantDocument,
  grantFromDocument,
  grantToDocument,
  settingsFromDocument,
  settingsToDocument,
} from "./app-document.ts";
import { closedObject } from "./closed-object.ts";
import { integrationDocument, integrationFromDocument, integrationToDocument } from "./integration-document.ts";
import { partnerDocument, partnerFromDocument, partnerToDocument } from "./partner-document.ts";
import { ruleDocument, ruleFromDocument, ruleToDocument } from "./rule-document.ts";
import { catalogCodes, schemaProblems } from "./schema-problems.ts";

type Json = { readonly [name: string]: unknown };

const everythingDocument = closedObject({ active: z.boolean().default(true) });

/** Complete, and always the same for the same part. */
export const partToDocument = (part: CatalogPart): Json => {
  switch (part.kind) {
    case "everything":
      return { active: part.value.active };
    case "account":
      return accountToDocument(part.value);
    case "partner":
      return partnerToDocument(part.value);
    case "app":
      return settingsToDocument(part.value);
    case "integration":
      return integrationToDocument(part.value);
    case "rule":
      return ruleToDocument(part.value);
    case "grant":
      return grantToDocument(part.value);
  }
};

export const partText = (part: CatalogPart): string => JSON.stringify(partToDocument(part));

export type PartReading =
  | { readonly kind: "read"; readonly part: CatalogPart }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] };

/** A plain value as the part that a key names; which ids it has is not compared with the key. */
export const readPart = (key: PartKey, value: unknown): PartReading => {
  const [kind = "", within = ""] = key.split("/");
  switch (kind) {
    case "everything":
      return read(everythingDocument, value, ({ active }) => ({ kind, value: { active } }));
    case "account":
      return read(accountDocument, value, (document) => ({ kind, value: accountFromDocument(document) }));
    case "partner":
      return read(partnerDocument, value, (document) => ({ kind, value: partnerFromDocument(document) }));
    case "app":
      return read(appSettingsDocument, value, (document) => ({ kind, value: settingsFromDocument(document) }));
    case "integration":
      return read(integrationDocument, value, (document) => ({
        kind,
        appId: appId(within),
        value: integrationFromDocument(document),
      }));
    case "rule":
      return read(ruleDocument, value, (document) => ({
        kind,
        appId: appId(within),
        value: ruleFromDocument(document),
      }));
    case "grant":
      return read(grantDocument, value, (document) => ({
        kind,
        appId: appId(within),
        value: grantFromDocument(document),
      }));
    default: {
      const message = `this version of Carom knows no ${kind}`;
      return { kind: "refused", problems: [{ path: [], code: "catalog.unknown_field", message }] };
    }
  }
};

const read = <Document>(
  schema: z.ZodType<Document>,
  value: unknown,
  partOf: (document: Document) => CatalogPart,
): PartReading => {
  const parsed = schema.safeParse(value, { reportInput: true });
  return parsed.success
    ? { kind: "read", part: partOf(parsed.data) }
    : { kind: "refused", problems: schemaProblems(parsed.error.issues.slice(0, problemsMax), catalogCodes) };
};
