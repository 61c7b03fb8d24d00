import { encodingTransforms } from "./encoding-transforms.ts";
import { hashTransforms } from "./hash-transforms.ts";
import { numberTransforms } from "./number-transforms.ts";
import { textTransforms } from "./text-transforms.ts";
import { timeTransforms } from "./time-transforms.ts";
import type { Transform } from "./transform.ts";

/** Every transform of the carom dialect: documentation, lint and tests are made from it. */
export const transforms: readonly Transform[] = [
  ...textTransforms,
  ...numberTransforms,
  ...timeTransforms,
  ...hashTransforms,
  ...encodingTransforms,
];
