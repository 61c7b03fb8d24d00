import type { z } from "zod";
import { pathText } from "#src/core/problem.ts";
import type { ProblemEntry } from "./problem-document.ts";
import { type SchemaCodes, schemaProblems } from "./schema-problems.ts";

const requestCodes: SchemaCodes = {
  unknownField: "request.unknown_field",
  missing: "request.invalid",
  type: "request.invalid",
  value: "request.invalid",
};

export type RequestReading<Value> =
  | { readonly kind: "read"; readonly value: Value }
  | { readonly kind: "refused"; readonly errors: readonly ProblemEntry[] };

/** Reads one part of a request by its schema; all that is wrong is told. */
export const readRequestPart = <Value>(schema: z.ZodType<Value>, part: unknown): RequestReading<Value> => {
  const parsed = schema.safeParse(part, { reportInput: true });
  if (parsed.success) return { kind: "read", value: parsed.data };
  const problems = schemaProblems(parsed.error.issues, requestCodes);
  return { kind: "refused", errors: problems.map((problem) => ({ ...problem, path: pathText(problem.path) })) };
};
