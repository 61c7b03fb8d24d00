import { type AnswerOf, callRoute, type RouteAnswer, type RouteInput } from "#src/cli/call-route.ts";
import type { ServerConnection } from "#src/cli/server-connection.ts";
import { noticeRoutes } from "#src/contract/notices-contract.ts";
import type { PostbackSummaryWire } from "#src/contract/postback-wire.ts";
import { postbackRoutes } from "#src/contract/postbacks-contract.ts";
import type { Finding } from "./finding.ts";

/** What waits is looked through so far: with more of it, a breaker is no longer found by what it holds. */
const pagesMax = 5;
const pageSize = 200;
/** Where everything is down at once, the first of them say so. */
const linesMax = 10;

/** A breaker that stays open looks like a partner that hears nothing: told by what it holds, and by what people were told of. */
export const examineBreakers = async (connection: ServerConnection): Promise<readonly Finding[]> => {
  const { waiting, isCut } = await readWaiting(connection);
  const byBreaker = Map.groupBy(
    waiting.filter(({ held }) => held?.reason === "breaker_open"),
    ({ held }) => held?.by ?? "",
  );
  const lines: string[] = [];
  for (const [by, held] of byBreaker) {
    const last = lines.length < linesMax ? await lastOf(connection, held) : "";
    lines.push(heldText(by, held, { isCut, last }));
  }
  const told = await readFailing(connection);
  const unseen = told.filter(({ subject }) => ![...byBreaker.keys()].some((by) => by.endsWith(` ${subject}`)));
  const all = [...lines, ...unseen.map(({ detail, since }) => `${detail}; since ${since}`)];
  const findings = all.slice(0, linesMax).map((said): Finding => ({ state: "note", subject: "breaker", said }));
  if (all.length <= linesMax) return findings;
  return [...findings, { state: "note", subject: "breaker", said: `${all.length - linesMax} more` }];
};

const heldText = (
  by: string,
  held: readonly PostbackSummaryWire[],
  { isCut, last }: { readonly isCut: boolean; readonly last: string },
): string => {
  const until = held[0]?.held?.until ?? null;
  const count = `${isCut ? "at least " : ""}${held.length} ${held.length === 1 ? "postback is" : "postbacks are"} held`;
  const probe = until === null ? "" : `; the next probe goes at ${until}`;
  return `${by}: its breaker is open, ${count}, ${last}${probe}`;
};

/** What was heard last; where the last attempt heard nothing, what kept it from being answered. */
const lastOf = async (connection: ServerConnection, held: readonly PostbackSummaryWire[]): Promise<string> => {
  const status = held.find(({ last_status }) => last_status !== null)?.last_status ?? null;
  const answered = status === null ? "no answer was heard" : `the last answer was ${status}`;
  const tried = held.find(({ attempts }) => attempts > 0);
  if (tried === undefined) return answered;
  const answer = await callRoute(connection, postbackRoutes.readPostback, { params: { id: tried.id } });
  const fault = answer.kind === "ok" ? answer.answer.attempt_log.at(-1)?.fault : null;
  if (fault == null) return answered;
  return `${answered}${status === null ? "" : ", and none since"}: ${fault.code}, ${fault.message}`;
};

type Page = RouteAnswer<AnswerOf<typeof postbackRoutes.findPostbacks>>;

const readWaiting = async (
  connection: ServerConnection,
): Promise<{ readonly waiting: readonly PostbackSummaryWire[]; readonly isCut: boolean }> => {
  const waiting: PostbackSummaryWire[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < pagesMax; page += 1) {
    const query: NonNullable<RouteInput["query"]> = { state: "pending", limit: pageSize, cursor };
    const answer: Page = await callRoute(connection, postbackRoutes.findPostbacks, { query });
    // Without a key that may look, what waits is not known here.
    if (answer.kind === "refused") return { waiting, isCut: true };
    waiting.push(...answer.answer.data);
    cursor = answer.answer.next_cursor;
    if (cursor === null) return { waiting, isCut: false };
  }
  return { waiting, isCut: true };
};

const readFailing = async (connection: ServerConnection) => {
  const answer = await callRoute(connection, noticeRoutes.listNotices);
  if (answer.kind === "refused") return [];
  return answer.answer.open.filter(({ kind }) => kind === "receiver_failing");
};
