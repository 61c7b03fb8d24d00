import { stringify } from "yaml";
import { z } from "zod";
import type { Catalog } from "#src/core/catalog/catalog.ts";
import { mainAccountId } from "#src/core/catalog/main-account.ts";
import { type Problem, problemsMax } from "#src/core/problem.ts";
import { accountDocument, accountFromDocument, accountToDocument } from "./account-document.ts";
import { appDocument, appFromDocument, appToDocument } from "./app-document.ts";
import { closedObject } from "./closed-object.ts";
import { type DocumentFormat, type DocumentReading, type PlacedProblem, refusedDocument } from "./document-text.ts";
import { readJsonDocument } from "./json-document.ts";
import { partnerDocument, partnerFromDocument, partnerToDocument } from "./partner-document.ts";
import { catalogCodes, schemaProblems } from "./schema-problems.ts";
import { readYamlDocument } from "./yaml-document.ts";

/** The whole configuration as one document; `carom` is the version of its form. */
export const catalogDocument = closedObject({
  carom: z.literal(1).meta({ description: "Version of this form." }),
  active: z
    .boolean()
    .default(true)
    .meta({ description: "False switches everything off: events are skipped, not held." }),
  accounts: z
    .array(accountDocument)
    .default([])
    .meta({ description: "Who has apps and partners, and who is granted something; `main` is always there." }),
  partners: z.array(partnerDocument).default([]),
  apps: z.array(appDocument).default([]),
}).meta({ id: "Catalog", description: "The whole configuration." });

/**
 * Characters of a document. YAML takes about a second a megabyte on the thread that reads it, JSON
 * a fraction of that: what is larger comes as JSON.
 */
const lengthMax = { yaml: 2 * 1024 * 1024, json: 64 * 1024 * 1024 } as const satisfies Record<DocumentFormat, number>;

export type CatalogReading =
  | {
      readonly kind: "read";
      /** With every default filled in; its revision is 0, the store gives the real one. */
      readonly catalog: Catalog;
      /** The same as JSON text in the wire form: what is stored. */
      readonly document: string;
      readonly lineOf: (path: Problem["path"]) => number | null;
    }
  | { readonly kind: "refused"; readonly problems: readonly [PlacedProblem, ...PlacedProblem[]] };

/** Reads a document and tells all that is wrong with its form. What only the whole can tell (references, templates) is `compileCatalog`'s to say. */
export const readCatalogDocument = (text: string, format: DocumentFormat): CatalogReading => {
  if (text.length > lengthMax[format])
    return refusedDocument(
      "catalog.too_large",
      `a ${format} document may have ${lengthMax[format]} characters${format === "yaml" ? "; send larger ones as JSON" : ""}`,
    );
  const reading = readText(text, format);
  if (reading.kind === "refused") return reading;
  const { lineOf } = reading;
  const parsed = parseTyped(reading);
  if (!parsed.success) {
    const [first, ...more] = schemaProblems(parsed.error.issues.slice(0, problemsMax), catalogCodes).map((problem) => ({
      ...problem,
      line: lineOf(problem.path),
    }));
    return first === undefined
      ? refusedDocument("catalog.malformed", "the document cannot be read")
      : { kind: "refused", problems: [first, ...more] };
  }
  const catalog = catalogFromDocument(parsed.data);
  return { kind: "read", catalog, document: catalogToDocument(catalog), lineOf };
};

/** Parses, and once more with the numbers and switches that were taken for text. */
const parseTyped = ({ value, typedAt }: DocumentReading & { readonly kind: "value" }) => {
  const parsed = catalogDocument.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed;
  const typed = textIssues(parsed.error.issues, []).filter((path) => {
    const known = typedAt(path);
    return known !== null && replaceAt(value, path, known);
  });
  return typed.length === 0 ? parsed : catalogDocument.safeParse(value, { reportInput: true });
};

/** Where a schema met text and wanted something else. */
const textIssues = (
  issues: readonly z.core.$ZodIssue[],
  above: Problem["path"],
): readonly (readonly (string | number)[])[] =>
  issues.flatMap((issue) => {
    const path = [...above, ...issue.path.map((step) => (typeof step === "number" ? step : String(step)))];
    if (issue.code === "invalid_union") return issue.errors.flatMap((inner) => textIssues(inner, path));
    return issue.code === "invalid_type" || issue.code === "invalid_value" ? [path] : [];
  });

/** Puts a value in the place of a text; false where there is none. */
const replaceAt = (document: unknown, path: Problem["path"], value: number | boolean): boolean => {
  let holder: unknown = document;
  for (const step of path.slice(0, -1))
    holder = typeof holder === "object" && holder !== null ? Reflect.get(holder, step) : null;
  const last = path.at(-1);
  if (typeof holder !== "object" || holder === null || last === undefined) return false;
  return typeof Reflect.get(holder, last) === "string" && Reflect.set(holder, last, value);
};

/** A stored document, or one that is answered, in the form that somebody asks for. */
export const writeCatalogDocument = (document: string, format: DocumentFormat): string => {
  const value: unknown = JSON.parse(document);
  switch (format) {
    case "json":
      return `${JSON.stringify(value, null, 2)}\n`;
    case "yaml":
      return stringify(withoutEmpty(value), { lineWidth: 0, aliasDuplicateObjects: false });
  }
};

/** The wire form of a catalog as JSON text, complete and always the same for the same catalog. */
export const catalogToDocument = (catalog: Catalog): string => {
  const document: z.input<typeof catalogDocument> = {
    carom: 1,
    active: catalog.active,
    accounts: catalog.accounts.map(accountToDocument),
    partners: catalog.partners.map(partnerToDocument),
    apps: catalog.apps.map(appToDocument),
  };
  return JSON.stringify(document);
};

const readText = (text: string, format: DocumentFormat): DocumentReading => {
  switch (format) {
    case "yaml":
      return readYamlDocument(text);
    case "json":
      return readJsonDocument(text);
  }
};

const catalogFromDocument = (document: z.output<typeof catalogDocument>): Catalog => ({
  revision: 0,
  active: document.active,
  accounts: document.accounts.map(accountFromDocument),
  partners: document.partners.map(partnerFromDocument),
  apps: document.apps.map(appFromDocument),
});

/** Members that are empty unless something is written: people need not read them. */
const emptyByDefault: ReadonlySet<string> = new Set([
  "accounts",
  "partners",
  "apps",
  "af_prt_names",
  "templates",
  "predefined_events",
  "parameters",
  "headers",
  "platform",
  "body",
  "content_type",
  "expires_after",
  "rate_per_second",
  "revenue_properties",
  "test_devices",
  "custom_events",
  "created_under",
  "integrations",
  "grants",
  "configurator",
  "currency",
  "mappings",
  "conditions",
  "event_names",
  "rules",
  "triggers",
  "traits",
  "schedule",
  "channels",
  "values",
  "start",
  "end",
  "days",
  "hours",
  "timeout",
]);

const withoutEmpty = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(
    ([name, member]) =>
      !(emptyByDefault.has(name) && isEmpty(member)) && !(name === "account_id" && member === mainAccountId),
  );
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutEmpty(member)]));
};

const isEmpty = (value: unknown): boolean =>
  value === null || (typeof value === "object" && Object.keys(value).length === 0);
