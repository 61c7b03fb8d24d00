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
/** Postbacks under way that one look reads again, and that are remembered at all. */
const readAgainMax = 200;
const openMax = 20_000;

/** What was last seen of a postback that has not ended. */
type Seen = { readonly stand: string; readonly heldBy: string };
const unseen: Seen = { stand: "", heldBy: "" };

/**
 * Follows by asking again and again. Lists are newest first, so a look reads pages down to what it
 * knows. Every new postback is read at once; those that have not ended are read again in turn, so
 * that many that wait keep nobody's ending from being seen.
 */
export const openFollower = (connection: ServerConnection, filter: FollowFilter, last: number): Follower => {
  const lookAtEvents = listFollower((query) => callRoute(connection, eventRoutes.findEvents, { query }), last);
  const lookAtPostbacks = listFollower((query) => callRoute(connection, postbackRoutes.findPostbacks, { query }), last);
  /** In the order in which they were read: the one that was not looked at for longest is first. */
  const open = new Map<string, Seen>();

  const readPostback = async (id: string): Promise<Followed | ProblemDocument | null> => {
    const before = open.get(id) ?? unseen;
    open.delete(id);
    const answer = await callRoute(connection, postbackRoutes.readPostback, { params: { id } });
    if (answer.kind === "refused") return answer.problem.status === 404 ? null : answer.problem;
    const postback = answer.answer;
    const stand = `${postback.state} ${postback.attempts}`;
    const heldBy = postback.held === null ? "" : `${postback.held.reason} ${postback.held.by}`;
    const isTried = stand !== before.stand && (postback.attempts > 0 || isEnded(postback));
    // A breaker lets probes go and opens again: the same hold is news once.
    const isHeld = heldBy !== "" && heldBy !== before.heldBy;
    if (!isEnded(postback)) open.set(id, { stand, heldBy: heldBy === "" ? before.heldBy : heldBy });
    return isTried || isHeld ? { kind: "postback", postback } : null;
  };

  return {
    look: async () => {
      const events = filter.partner_id === null ? await lookAtEvents({ app_id: filter.app_id }) : [];
      if (!Array.isArray(events)) return events;
      const fresh = await lookAtPostbacks(filter);
      if (!Array.isArray(fresh)) return fresh;
      const news: Followed[] = events.map((event) => ({ kind: "event", event }));
      const again = [...open.keys()].slice(0, readAgainMax);
      for (const id of new Set([...fresh.map((postback) => postback.id), ...again])) {
        const followed = await readPostback(id);
        if (followed !== null && "status" in followed) return followed;
        if (followed !== null) news.push(followed);
      }
      for (const id of open.keys()) {
        if (open.size <= openMax) break;
        open.delete(id);
      }
      return news.toSorted((one, other) => Date.parse(followedAt(one)) - Date.parse(followedAt(other)));
    },
  };
};

/** When it happened: an event's arrival, a postback's last attempt or its ending. */
export const followedAt = (followed: Followed): string => {
  if (followed.kind === "event") return followed.event.received_at;
  const { attempt_log, ended_at, created_at } = followed.postback;
  return attempt_log.at(-1)?.started_at ?? ended_at ?? created_at;
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
