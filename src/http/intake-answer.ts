import { errorCodes, isErrorCode } from "#src/contract/error-codes.ts";
import type { ProblemEntry } from "#src/contract/problem-document.ts";
import { pathText } from "#src/core/problem.ts";
import type { Acceptance } from "#src/ports/journal.ts";
import { decisionAnswer } from "./decision-answer.ts";
import type { Intake, RejectedEvent } from "./intake.ts";
import type { EventTexts } from "./intake-body.ts";
import { type Refusal, refuse } from "./refusal.ts";

/**
 * The 202 of `POST /v1/events` as JSON text, written by hand: it is the answer to every event there
 * is. Ids are UUIDs and need no escaping.
 */
export const acceptedText = (
  intake: Intake,
  acceptances: readonly Acceptance[],
  { explain, lines }: Pick<EventTexts, "lines"> & { readonly explain: boolean },
): string => {
  let accepted = 0;
  for (const acceptance of acceptances) if (acceptance.kind === "accepted") accepted += 1;
  const text =
    `{"accepted":${accepted},"duplicates":${acceptances.length - accepted}` +
    `,"rejected":${intake.rejected.length === 0 ? "[]" : JSON.stringify(intake.rejected.map((rejected) => rejectedAnswer(rejected, lines)))}` +
    `,"ids":[${joinInOrder(intake, acceptances, ({ id }) => `"${id}"`)}]`;
  if (!explain) return `${text}}`;
  return `${text},"decided":true,"decisions":[${joinInOrder(intake, acceptances, decisionsText)}]}`;
};

/** Every event was rejected: the status is the one they share, or 400. */
export const noneAccepted = (intake: Intake, place: Pick<EventTexts, "lines" | "isSingle">): Refusal => {
  const errors = intake.rejected.flatMap((rejected) => rejectedEntries(rejected, place));
  const codes = new Set(intake.rejected.map(({ problems }) => problems[0].code));
  const [only] = codes;
  const isOneCode = codes.size === 1 && only !== undefined && isErrorCode(only);
  const code = isOneCode && errorCodes[only].status !== 400 ? only : "events.none_accepted";
  const first = errors[0]?.message ?? "";
  return refuse(code, intake.count === 1 ? first : `none of ${intake.count} events was accepted; the first: ${first}`, {
    errors,
  });
};

const decisionsText = (acceptance: Acceptance): string =>
  acceptance.kind === "accepted" ? JSON.stringify(acceptance.decisions.map(decisionAnswer)) : "null";

/** One text for each event of the request in its order; `null` where it was rejected. */
const joinInOrder = (
  { count, rejected }: Intake,
  acceptances: readonly Acceptance[],
  textOf: (acceptance: Acceptance) => string,
): string => {
  let text = "";
  let nextAcceptance = 0;
  let nextRejected = 0;
  for (let index = 0; index < count; index += 1) {
    if (index > 0) text += ",";
    if (rejected[nextRejected]?.index === index) {
      nextRejected += 1;
      text += "null";
      continue;
    }
    const acceptance = acceptances[nextAcceptance];
    nextAcceptance += 1;
    text += acceptance === undefined ? "null" : textOf(acceptance);
  }
  return text;
};

const rejectedAnswer = ({ index, problems }: RejectedEvent, lines: EventTexts["lines"]) => {
  const { line, named } = lineOf(index, lines);
  const [{ code, message }, ...more] = problems;
  const rejected = { index, ...line, code, message: `${named}${message}` };
  if (more.length === 0) return rejected;
  const errors = problems.map((problem) => ({ ...problem, path: pathText(problem.path) }));
  return { ...rejected, errors };
};

const rejectedEntries = (
  { index, problems }: RejectedEvent,
  { lines, isSingle }: Pick<EventTexts, "lines" | "isSingle">,
): readonly ProblemEntry[] => {
  const { line, named } = lineOf(index, lines);
  return problems.map(({ path, code, message }) => ({
    path: pathText(isSingle ? path : [index, ...path]),
    code,
    message: `${named}${message}`,
    ...line,
  }));
};

/** Where the body is read by lines, people look for the line: blank ones make it another number than the index. */
const lineOf = (index: number, lines: EventTexts["lines"]) => {
  const line = lines?.[index];
  return line === undefined ? { line: {}, named: "" } : { line: { line }, named: `line ${line}: ` };
};
