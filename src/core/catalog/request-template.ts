import type { HttpMethod } from "#src/core/postbacks/postback.ts";

export const dialects = ["appsflyer", "leanplum", "adobe", "carom"] as const;
export type DialectName = (typeof dialects)[number];

/** A request with macros, in one dialect. */
export type RequestTemplate = {
  readonly dialect: DialectName;
  readonly method: HttpMethod;
  readonly url: string;
  /** Header values are templates too. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly body: string | null;
  readonly contentType: string | null;
  readonly onMissing: MissingValuePolicy;
};

/** What stands where a macro has no value. `drop_parameter` takes its whole `name=value` out of a query, form or JSON object. */
export type MissingValuePolicy =
  | { readonly kind: "empty" }
  | { readonly kind: "drop_parameter" }
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "skip" };
