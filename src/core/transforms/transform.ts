import type { MacroForm } from "#src/core/macros/macro.ts";
import type { Hashes } from "#src/core/templates/hashes.ts";
import type { KeyedHash } from "#src/core/templates/secret-mark.ts";

/** One transform of the carom dialect: a row of `transforms.ts`, from which documentation, lint and tests are made. */
export type Transform = {
  readonly name: string;
  /** How it is written with its arguments: `default:text`. */
  readonly usage: string;
  readonly meaning: string;
  /** A test runs it. */
  readonly example: TransformExample;
  /** Checks the arguments once, when the template is saved; text says what is wrong with them. */
  readonly compile: (args: readonly string[], form: MacroForm) => Step | string;
};

export type TransformExample = { readonly value: string; readonly written: string; readonly becomes: string };

/** A transform with its arguments, ready to run. */
export type Step =
  | {
      readonly kind: "change";
      readonly form: MacroForm;
      /** Null where the value cannot be read as what is asked: no value is better than a wrong one. */
      readonly apply: (value: string, hashes: Hashes) => string | null;
      /** The same of a time that need not be read from text. */
      readonly ofInstant?: (at: number) => string | null;
    }
  | { readonly kind: "default"; readonly text: string }
  | { readonly kind: "raw" }
  | { readonly kind: "keyed_hash"; readonly key: KeyedHash };
