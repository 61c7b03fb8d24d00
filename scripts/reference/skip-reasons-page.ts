import { integrationSkipReasons, type SkipReason } from "#src/core/decision.ts";
import { deadReasonTexts, skipReasonTexts } from "#src/core/reason-texts.ts";
import { code, markdownPage, markdownTable } from "./markdown.ts";

const skipReasons: readonly SkipReason[] = [...integrationSkipReasons, "already_served"];

export const skipReasonsPage = (): string =>
  markdownPage(
    "Skip reasons",
    "src/core/reason-texts.ts",
    "Each event is decided for each mapping of each integration of its app: a match, or a skip with the first of these reasons that applies, in this order. `carom explain <event id>` shows every step with what was expected, what was there, and the place in the catalog that decides it.",
    markdownTable(
      ["", "reason", "the event is skipped when", "to have it sent"],
      skipReasons.map((reason, index) => [
        String(index + 1),
        code(reason),
        skipReasonTexts[reason].when,
        skipReasonTexts[reason].remedy,
      ]),
    ),
    "## Reasons of dead postbacks",
    "A match that was not delivered ends as `dead` with one of these. Dead postbacks are kept and can be put back: `carom replay`.",
    markdownTable(
      ["reason", "the postback is dead because"],
      Object.entries(deadReasonTexts).map(([reason, because]) => [code(reason), because]),
    ),
  );
