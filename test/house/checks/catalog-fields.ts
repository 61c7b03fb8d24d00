/** Paths of all fields that a JSON schema knows: `apps[].rules[].id`; whichever of several forms has them. */
export const fieldsOfSchema = (schema: unknown, path = ""): ReadonlySet<string> => {
  const fields = new Set<string>();
  if (typeof schema !== "object" || schema === null) return fields;
  const add = (inner: unknown, at: string): void => {
    for (const field of fieldsOfSchema(inner, at)) fields.add(field);
  };
  const parts: Readonly<Record<string, unknown>> = { ...schema };
  for (const form of listOf(parts["anyOf"])) add(form, path);
  add(parts["items"], `${path}[]`);
  for (const [name, inner] of Object.entries(parts["properties"] ?? {})) {
    const field = path === "" ? name : `${path}.${name}`;
    fields.add(field);
    add(inner, field);
  }
  return fields;
};

/** Paths of all fields that a document has, in the same form. */
export const fieldsWritten = (document: unknown, path = ""): ReadonlySet<string> => {
  const fields = new Set<string>();
  if (typeof document !== "object" || document === null) return fields;
  for (const [name, inner] of Object.entries(document)) {
    const field = Array.isArray(document) ? `${path}[]` : path === "" ? name : `${path}.${name}`;
    fields.add(field);
    for (const deeper of fieldsWritten(inner, field)) fields.add(deeper);
  }
  return fields;
};

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
