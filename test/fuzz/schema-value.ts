import type { Dice } from "./dice.ts";

export type Json = { readonly [name: string]: unknown };

export type Making = {
  readonly dice: Dice;
  /** Where `$ref` leads. */
  readonly schemas: Json;
  /** What a text may be that its schema says no more about. */
  readonly texts: readonly string[];
};

/** Below this nothing is made that needs not be there: some schemas hold themselves. */
const deepest = 5;

/** A value as a JSON Schema of openapi.json describes it. Patterns are not followed: the texts are to fit some of them. */
export const schemaValue = (schema: unknown, making: Making, depth = 0): unknown => {
  const { dice, schemas } = making;
  if (!isJson(schema)) return dice.pick(making.texts);
  const { $ref, anyOf, oneOf, type } = schema;
  if (typeof $ref === "string") return schemaValue(schemas[$ref.split("/").at(-1) ?? ""], making, depth);
  if ("const" in schema) return schema["const"];
  if (Array.isArray(schema["enum"])) return dice.pick(schema["enum"]);
  if ("default" in schema && dice.hits(0.3)) return schema["default"];
  const forms = Array.isArray(anyOf) ? anyOf : oneOf;
  if (Array.isArray(forms)) return schemaValue(dice.pick(forms), making, depth);
  switch (Array.isArray(type) ? dice.pick(type) : type) {
    case "object":
      return objectOf(schema, making, depth);
    case "array":
      return arrayOf(schema, making, depth);
    case "integer":
      return Math.floor(numberOf(schema, dice));
    case "number":
      return numberOf(schema, dice);
    case "boolean":
      return dice.hits(0.5);
    case "null":
      return null;
    case "string":
      return textOf(schema, making);
    default:
      return dice.pick<unknown>([null, true, 7, dice.pick(making.texts), [], {}]);
  }
};

const objectOf = (schema: Json, making: Making, depth: number): Json => {
  const { dice } = making;
  const { properties, required, additionalProperties, propertyNames } = schema;
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  const made: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(isJson(properties) ? properties : {}))
    if (needed.includes(name) || (depth < deepest && dice.hits(0.35)))
      made[name] = schemaValue(property, making, depth + 1);
  if (isJson(additionalProperties) && depth < deepest)
    for (let more = dice.below(3); more > 0; more -= 1)
      made[String(schemaValue(propertyNames ?? { type: "string" }, making))] = schemaValue(
        additionalProperties,
        making,
        depth + 1,
      );
  return made;
};

const arrayOf = ({ items, minItems }: Json, making: Making, depth: number): readonly unknown[] => {
  const least = typeof minItems === "number" ? minItems : 0;
  const length = depth < deepest ? Math.max(least, making.dice.below(3)) : least;
  return Array.from({ length }, () => schemaValue(items, making, depth + 1));
};

const numberOf = ({ minimum, exclusiveMinimum, maximum }: Json, dice: Dice): number => {
  const least = typeof minimum === "number" ? minimum : typeof exclusiveMinimum === "number" ? exclusiveMinimum + 1 : 0;
  const most = typeof maximum === "number" ? maximum : least + 1_000;
  return dice.pick([least, most, least + dice.below(Math.max(1, Math.min(most - least, 1_000)))]);
};

const textOf = ({ format, minLength }: Json, { dice, texts }: Making): string => {
  const text = dice.pick(byFormat[String(format)] ?? texts);
  return typeof minLength === "number" ? text.padEnd(Math.min(minLength, 1_000), "x") : text;
};

const byFormat: Readonly<Record<string, readonly string[]>> = {
  "date-time": ["2026-01-14T00:00:00Z", "2026-01-15T12:00:00.123Z", "1970-01-01T00:00:00Z"],
  date: ["2026-01-14"],
  email: ["somebody@example.com"],
  uri: ["https://net.example/i?c={clickid}"],
};

export const isJson = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
