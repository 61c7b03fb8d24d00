import { attemptFaultTexts } from "#src/contract/attempt-fault-texts.ts";
import { code, markdownPage, markdownTable } from "./markdown.ts";

export const attemptAnswersPage = (): string =>
  markdownPage(
    "Attempt answers",
    "src/contract/attempt-fault-texts.ts",
    "An attempt ends with a `response`, judged by the partner's success test and retry policy, or with a `fault` of one of these codes. `carom tail`, `carom postback` and `GET /v1/postbacks/{id}` show it. What costs nothing is tried again until it is mended, without using up the retry policy.",
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
