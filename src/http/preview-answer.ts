import type { PreviewWire } from "#src/contract/preview-contract.ts";
import type { Preview } from "#src/core/decide/verdict.ts";
import { requestAnswer, withNamedSecrets } from "./postback-answer.ts";

export const previewAnswer = ({ targetKey, outcome, macros }: Preview, skipped: string | null): PreviewWire => ({
  target: targetKey,
  outcome: outcome.kind,
  message: messageOf(outcome),
  request: outcome.kind === "request" ? requestAnswer(outcome.request) : null,
  macros: macros.map(({ encoded, ...macro }) => ({
    ...macro,
    encoded: encoded === null ? null : withNamedSecrets(encoded),
  })),
  skipped,
});

/** Why there is no request; null where there is one. */
export const messageOf = (outcome: Preview["outcome"]): string | null => {
  switch (outcome.kind) {
    case "request":
      return null;
    case "macro_missing":
      return `(${outcome.macro}) has no value, and the template says to skip then`;
    case "fault":
      return outcome.message;
    case "no_template":
      return "neither integration nor partner has a template for such an event";
  }
};
