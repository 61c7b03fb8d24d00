import type { DialectName } from "#src/core/catalog/request-template.ts";
import type { ValueSource } from "#src/core/macros/macro.ts";
import type { TemplateCode } from "#src/core/templates/template-codes.ts";

/** What text of a template is read; some dialects are stricter in a URL. */
export type TemplateField = "url" | "header" | "body";

/**
 * How macros are written. A dialect only cuts text into pieces: places, encoding, missing values
 * and lint are the same for all. A new one is a file beside this, a column of spellings in the
 * macro registry, and its line in `built-dialects.ts`.
 */
export type Dialect = {
  readonly name: DialectName;
  /** The pieces in order, covering the text byte for byte; never throws. */
  readonly read: (text: string, field: TemplateField) => readonly Piece[];
  /** A body that is no JSON takes values percent-encoded, whatever its type, and is a form where it says none (Adobe). */
  readonly bodyIsFormUnlessJson?: true;
};

export type Piece =
  | KnownPiece
  /** Looks like a macro and is none. `hint` says how to mend it, or is empty. */
  | (Reference & { readonly kind: "unknown"; readonly hint: string })
  /** A macro written wrongly; `message` names the place within. */
  | (Reference & { readonly kind: "mistaken"; readonly code: TemplateCode; readonly message: string });

export type KnownPiece =
  /** `written` where that is another text: an escape. */
  | { readonly kind: "text"; readonly text: string; readonly written?: string }
  /** `caution` is told as a warning, with the place. */
  | (Reference & { readonly kind: "value"; readonly value: ValueSource; readonly caution?: Caution })
  /** A parameter of the integration: fixed when it is saved. */
  | (Reference & { readonly kind: "parameter"; readonly name: string })
  /** A named secret, put in at the attempt. */
  | (Reference & { readonly kind: "secret"; readonly name: string });

export type Caution = { readonly code: TemplateCode; readonly message: string };

/** `written` as it stands in the text, `at` its place there, from 0. */
export type Reference = { readonly at: number; readonly written: string };
