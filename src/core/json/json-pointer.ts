import { parseJson } from "./parse-json.ts";

/** The plain value at an RFC 6901 pointer as text (`true`, `0`, `null`); null where there is none, or no JSON. */
export function valueAtPointer(jsonText: string, pointer: string): string | null {
  const parsed = parseJson(jsonText);
  if (parsed.kind === "not_json" || (pointer !== "" && !pointer.startsWith("/"))) return null;
  let value = parsed.value;
  for (const step of pointer.split("/").slice(1)) {
    if (typeof value !== "object" || value === null) return null;
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    // Only members: `length` of an array and names of the prototype are none. An array's are its indexes.
    if (!Object.hasOwn(value, name) || (Array.isArray(value) && !/^(?:0|[1-9]\d*)$/.test(name))) return null;
    value = Reflect.get(value, name);
  }
  return typeof value === "object" && value !== null ? null : String(value);
}
