import { attemptFaultTexts } from "#src/contract/attempt-fault-texts.ts";
import { code, markdownPage, markdownTable } from "./markdown.ts";

export const attemptAnswersPage = (): string =>
  markdownPage(
    "Attempt answers",
    "src/contract/attempt-fault-texts.ts",
    'An attempt ends with a `response`, judged by the success test and the retry policy of its time, or with a `fault` of one of these codes. `carom tail`, `carom postback` and `GET /v1/postbacks/{id}` show it. Where an answer did not meet the success test, `unmet` says what was expected, what was said, and what set it: a 200 whose body means no is `success.body: /result/status was "ERROR", must not be "error"; set by partners[example_network].success`. What costs nothing is tried again until it is mended, without using up the retry policy.',
    markdownTable(
      ["code", "meaning", "what to do", "costs"],
      Object.entries(attemptFaultTexts).map(([name, { meaning, remedy, costs }]) => [
        code(name),
        meaning,
        remedy,
        costs,
      ]),
    ),
  );
