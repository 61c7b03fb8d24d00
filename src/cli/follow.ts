import type { EventWire } from "#src/contract/event-wire.ts";
import { eventRoutes } from "#src/contract/events-contract.ts";
import type { PostbackWire } from "#src/contract/postback-wire.ts";
import { postbackRoutes } from "#src/contract/postbacks-contract.ts";
import type { ProblemDocument } from "#src/contract/problem-document.ts";
import { callRoute } from "./call-route.ts";
import type { ServerConnection } from "./server-connection.ts";

/** What `tail` prints: an event as it was decided, or a postback each time an attempt or an ending is new. */
export type Followed =
  | { readonly kind: "event"; readonly event: EventWire }
  | { readonly kind: "postback"; readonly postback: PostbackWire };

export type Follower = {
  /** Everything new since the last look, oldest first; the problem where the server refuses. */
  readonly look: () => Promise<readonly Followed[] | ProblemDocument>;
};

export type FollowFilter = {
  readonly app_id: string | null;
  readonly partner_id: string | null;
};

const pageLimit = 100;
const pagesMax = 20;
const openMax = 200;

/**
 * Follows by asking again and again. Lists are newest first, so a look reads pages down to what it
 * knows; postbacks that have not ended are read again, at most `openMax` of them.
 */
export const openFollower = (connection: ServerConnection, filter: FollowFilter, last: number): Follower => {
  const lookAtEvents = listFollower((query) => callRoute(connection, eventRoutes.findEvents, { query }), last);
  const lookAtPostbacks = listFollower((query) => callRoute(connection, postbackRoutes.findPostbacks, { query }), last);
  const open = new Map<string, string>();

  const readPostback = async (id: string): Promise<Followed | ProblemDocument | null> => {
    const answer = await callRoute(connection, postbackRoutes.readPostback, { params: { id } });
    if (answer.kind === "refused") {
      open.delete(id);
      return answer.problem.status === 404 ? null : answer.problem;
    }
    const postback = answer.answer;
    const stand = `${postback.state} ${postback.attempts}`;
    const isNews = open.get(id) !== stand && (postback.attempts > 0 || isEnded(postback));
    if (isEnded(postback)) open.delete(id);
    else open.set(id, stand);
    return isNews ? { kind: "postback", postback } : null;
  };

  return {
    look: async () => {
      const events = filter.partner_id === null ? await lookAtEvents({ app_id: filter.app_id }) : [];
      if (!Array.isArray(events)) return events;
      const fresh = await lookAtPostbacks(filter);
      if (!Array.isArray(fresh)) return fresh;
      for (const { id } of fresh) open.set(id, "");
      const news: Followed[] = events.map((event) => ({ kind: "event", event }));
      for (const id of [...open.keys()].slice(0, openMax)) {
        const followed = await readPostback(id);
        if (followed !== null && "status" in followed) return followed;
        if (followed !== null) news.push(followed);
      }
      return news;
    },
  };
};

const isEnded = ({ state }: PostbackWire): boolean =>
  state === "delivered" || state === "dead" || state === "cancelled";

type ListAnswer<Item> =
  | { readonly kind: "ok"; readonly answer: { readonly data: readonly Item[]; readonly next_cursor: string | null } }
  | { readonly kind: "refused"; readonly problem: ProblemDocument };
type ListQuery = Readonly<Record<string, string | number | null>>;

/** The items of a list that no look has shown yet, oldest first. The first look shows the `last` newest. */
const listFollower = <Item extends { readonly id: string }>(
  ask: (query: ListQuery) => Promise<ListAnswer<Item>>,
  last: number,
): ((filter: ListQuery) => Promise<Item[] | ProblemDocument>) => {
  let known: ReadonlySet<string> | null = null;
  return async (filter) => {
    const fresh: Item[] = [];
    const newest = new Set<string>();
    let cursor: string | null = null;
    for (let page = 0; page < pagesMax; page += 1) {
      const limit = known === null ? Math.min(pageLimit, Math.max(1, last)) : pageLimit;
      const answer: ListAnswer<Item> = await ask({ ...filter, limit, cursor });
      if (answer.kind === "refused") return answer.problem;
      const { data, next_cursor } = answer.answer;
      for (const item of data) newest.add(item.id);
      const before = data.findIndex((item) => known?.has(item.id) === true);
      fresh.push(...(before === -1 ? data : data.slice(0, before)));
      cursor = next_cursor;
      if (known === null || before !== -1 || cursor === null) break;
    }
    const shown = known === null && last === 0 ? [] : fresh;
    // The last page is known again by any of its items, so that one that retention takes is not missed.
    known = newest.size > 0 ? newest : (known ?? new Set());
    return shown.reverse();
  };
};
