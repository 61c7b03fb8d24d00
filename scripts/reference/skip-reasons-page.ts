import { deadReasonTexts, integrationReasonTexts, ruleReasonTexts } from "#src/core/postbacks/reason-texts.ts";
import { code, markdownPage, markdownTable } from "./markdown.ts";

export const skipReasonsPage = (): string =>
  markdownPage(
    "Skip reasons",
    "src/core/postbacks/reason-texts.ts",
    "Each event is decided for each mapping of each integration of its app, and for each rule: a match, or a skip with the first of these reasons that applies, in this order. `carom explain <event id>` shows every step with what was expected, what was there, and the place in the catalog that decides it.",
    "## Integrations",
    reasonTable(integrationReasonTexts),
    "## Rules",
    reasonTable(ruleReasonTexts),
    "## Reasons of dead postbacks",
    "A match that was not delivered ends as `dead` with one of these. Dead postbacks are kept and can be put back: `carom replay`.",
    markdownTable(
      ["reason", "the postback is dead because"],
      Object.entries(deadReasonTexts).map(([reason, because]) => [code(reason), because]),
    ),
  );

const reasonTable = (texts: typeof integrationReasonTexts | typeof ruleReasonTexts): string =>
  markdownTable(
    ["", "reason", "the event is skipped when", "to have it sent"],
    Object.entries(texts).map(([reason, { when, remedy }], index) => [String(index + 1), code(reason), when, remedy]),
  );
