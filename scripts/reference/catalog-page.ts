import { z } from "zod";
import { catalogDocument } from "#src/contract/catalog-document.ts";
import { code, markdownPage, markdownTable } from "./markdown.ts";

type Schema = { readonly [name: string]: unknown };

export const catalogPage = (): string => {
  const schema = catalogSchema();
  return markdownPage(
    "Catalog document",
    "src/contract/catalog-document.ts",
    "The whole configuration, as YAML or JSON: what `carom apply` takes and `carom export` prints. [The guide](../guide/configure.md) shows one. A field that is not known is refused, with the nearest known name. Durations are `500ms`, `30s`, `2m`, `5h`, `7d`; statuses `200`, `2xx`, `200-299`.",
    "`catalog.schema.json` beside this page is the same as JSON Schema, for editors.",
    ...sectionsOf(schema),
  );
};

export const catalogSchema = (): Schema => {
  const { $defs, ...rest } = z.toJSONSchema(catalogDocument, { io: "input", reused: "inline", unrepresentable: "any" });
  const root = isSchema($defs) ? $defs["Catalog"] : rest;
  return { $schema: rest.$schema, title: "Carom catalog", ...(isSchema(root) ? root : {}) };
};

/** A table for the document and for each kind of thing in its lists; what is nested otherwise stands in one with its parent. */
const sectionsOf = (root: Schema): readonly string[] => {
  const sections: string[] = [];
  const written = new Map<string, string>();
  const waiting: { readonly title: string; readonly schema: Schema }[] = [{ title: "The document", schema: root }];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const heading = next.schema === root ? next.title : code(next.title);
    const same = written.get(JSON.stringify(next.schema));
    if (same !== undefined) {
      sections.push(`## ${heading}`, `The same as ${code(same)}.`);
      continue;
    }
    written.set(JSON.stringify(next.schema), next.title);
    const { rows, lists } = rowsOf(next.schema, "");
    sections.push(`## ${heading}`, markdownTable(["field", "takes", "default", "meaning"], rows));
    const prefix = next.schema === root ? "" : `${next.title}.`;
    waiting.push(...lists.map(({ name, schema }) => ({ title: `${prefix}${name}[]`, schema })));
  }
  return sections;
};

type Rows = {
  readonly rows: readonly (readonly string[])[];
  readonly lists: readonly { readonly name: string; readonly schema: Schema }[];
};

const rowsOf = (schema: Schema, prefix: string): Rows => {
  const rows: (readonly string[])[] = [];
  const lists: { name: string; schema: Schema }[] = [];
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  for (const [name, property] of propertiesOf(schema)) {
    const path = `${prefix}${name}`;
    const listed = property["items"];
    if (isSchema(listed) && listed["type"] === "object" && propertiesOf(listed).length > 2)
      lists.push({ name: path, schema: listed });
    rows.push([
      code(path),
      takes(property),
      defaultOf(property, required.includes(name)),
      String(property["description"] ?? ""),
    ]);
    for (const object of objectsOf(property)) {
      const nested = rowsOf(object, `${path}.`);
      // Forms of one thing share fields: each is told once, and an odd one by its own form.
      rows.push(...nested.rows.filter((row) => !rows.some((told) => told[0] === row[0] && told[1] === row[1])));
      lists.push(...nested.lists);
    }
  }
  return { rows, lists };
};

/** The object that a field is, or the objects among what it may be; where all are small their names tell them. */
const objectsOf = (property: Schema): readonly Schema[] => {
  if (property["type"] === "object") return [property];
  const { anyOf } = property;
  const objects = Array.isArray(anyOf) ? anyOf.filter(isSchema).filter(({ type }) => type === "object") : [];
  return objects.some((one) => takes(one) === "object") ? objects : [];
};

const defaultOf = (property: Schema, isRequired: boolean): string => {
  if (isRequired) return "required";
  const value = property["default"];
  return value === undefined || JSON.stringify(value) === "{}" ? "" : code(JSON.stringify(value));
};

const takes = (schema: Schema): string => {
  const { type, enum: values, const: value, anyOf, items } = schema;
  if (value !== undefined) return code(String(value));
  if (Array.isArray(values)) return values.map((one) => code(String(one))).join(", ");
  if (Array.isArray(anyOf)) return alternatives(anyOf.filter(isSchema).map(takes));
  if (type === "array") return `list of ${isSchema(items) ? takes(items) : "anything"}`;
  if (type === "object") {
    const names = propertiesOf(schema).map(([name]) => name);
    if (names.length === 0) return "names with values";
    return names.length > 2 ? "object" : `{ ${names.map(code).join(", ")} }`;
  }
  return Array.isArray(type) ? type.map(typeWord).join(" or ") : typeWord(type);
};

/** Text may be written bare, as YAML reads it: a number or a switch. */
const alternatives = (words: readonly string[]): string =>
  words.join() === "text,number,true or false" ? "text" : [...new Set(words)].join(" or ");

const typeWord = (type: unknown): string =>
  type === "string" ? "text" : type === "boolean" ? "true or false" : String(type);

const propertiesOf = (schema: Schema): readonly (readonly [string, Schema])[] => {
  const properties = schema["properties"];
  return isSchema(properties)
    ? Object.entries(properties).flatMap(([name, property]) => (isSchema(property) ? [[name, property] as const] : []))
    : [];
};

const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);
