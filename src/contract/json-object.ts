export type JsonObject = { readonly [name: string]: unknown };

/** A value of a JSON text as an object, or null where it is anything else. */
export const jsonObject = (value: unknown): JsonObject | null => (isObject(value) ? value : null);

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
