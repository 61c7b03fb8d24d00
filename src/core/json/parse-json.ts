/** `JSON.parse` with its one expected failure as data. */
export function parseJson(
  text: string,
): { readonly kind: "parsed"; readonly value: unknown } | { readonly kind: "not_json"; readonly message: string } {
  try {
    const value: unknown = JSON.parse(text);
    return { kind: "parsed", value };
  } catch (error) {
    return { kind: "not_json", message: error instanceof Error ? error.message : String(error) };
  }
}

export type JsonObject = Readonly<Record<string, unknown>>;

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
