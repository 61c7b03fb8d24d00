import { appId, type PostbackId } from "#src/core/ids.ts";
import { cancelReasons, deadReasons } from "#src/core/postbacks/postback.ts";
import { ownerOfReceiver } from "#src/core/postbacks/target-key.ts";
import type { PostbackDetail, PostbackFilter } from "#src/ports/delivery-log.ts";
import { unpackAttempt } from "./attempt-text.ts";
import { type EndingState, endingStates } from "./endings.ts";
import { type FlatReader, pushList, readText } from "./flat.ts";
import { type CallReader, pushPostbackFilter } from "./log-messages.ts";
import { type CallStore, readPostbackRow } from "./store-client.ts";

export type FoundDetail = { readonly sequence: number; readonly detail: PostbackDetail };

/** A postback as the reader thread finds it: whether it is in somebody's hands is not in the file. */
type Unresolved = FoundDetail & { readonly standing: "live" | "ended" | "in_hand" };

/** Leased postbacks are asked for in portions. */
const leasedAtOnce = 200;
/** Rows counted between two looks at whether somebody asks something else. */
const countedAtOnce = 1_000;
/** Between two looks at one postback lies a commit: more of them in a row do not happen. */
const readAgainMax = 3;

/**
 * Looks at postbacks through two threads: the reader knows what is written, the store what is leased.
 * Where one has been settled between the two answers it is read again.
 */
export class PostbackLog {
  readonly #callReader: CallReader;
  readonly #callStore: CallStore;

  constructor(callReader: CallReader, callStore: CallStore) {
    this.#callReader = callReader;
    this.#callStore = callStore;
  }

  /** At most `limit` postbacks below `before`, the newest first. */
  async find(filter: PostbackFilter, before: number, limit: number): Promise<FoundDetail[]> {
    const items: FoundDetail[] = [];
    let below = before;
    while (items.length < limit) {
      const { found, lowest } = await this.#portion(filter, below, limit - items.length);
      if (lowest === null) break;
      below = lowest;
      for (const item of await this.#resolve(found)) {
        if (filter.state === undefined || item.detail.state === filter.state) items.push(item);
      }
    }
    return items;
  }

  async count(filter: PostbackFilter, max: number): Promise<number> {
    if (isEnded(filter)) return this.#countEnded(filter, max);
    let count = 0;
    let before = Number.MAX_SAFE_INTEGER;
    while (count < max) {
      const found = await this.find(filter, before, Math.min(max - count, 500));
      const last = found.at(-1);
      if (last === undefined) break;
      count += found.length;
      before = last.sequence;
    }
    return count;
  }

  /** Nobody has an ended one in hand: the reader counts alone, a slice at a time, so that others ask in between. */
  async #countEnded(filter: PostbackFilter, max: number): Promise<number> {
    let count = 0;
    let before = Number.MAX_SAFE_INTEGER;
    while (count < max) {
      const limit = Math.min(max - count, countedAtOnce);
      const answer = await this.#callReader("countPostbacks", (flat) => {
        pushPostbackFilter(flat, filter);
        flat.push(before, limit);
      });
      const found = answer.number();
      count += found;
      before = answer.number();
      if (found < limit) break;
    }
    return count;
  }

  async read(id: PostbackId): Promise<PostbackDetail | null> {
    for (let look = 0; look < readAgainMax; look += 1) {
      const answer = await this.#callReader("readPostback", (flat) => flat.push(id));
      if (answer.isAtEnd) return null;
      const [item] = await this.#resolve([readFound(answer)]);
      if (item !== undefined) return item.detail;
    }
    return null;
  }

  /** The next rows that the file lets pass, and the sequence to go on below; null where there is nothing more. */
  async #portion(
    filter: PostbackFilter,
    before: number,
    limit: number,
  ): Promise<{ readonly found: readonly Unresolved[]; readonly lowest: number | null }> {
    if (filter.state !== "leased") {
      const found = readAllFound(
        await this.#callReader("findPostbacks", (flat) => {
          pushPostbackFilter(flat, filter);
          flat.push(before, limit);
        }),
      );
      return { found, lowest: found.at(-1)?.sequence ?? null };
    }
    const leased = await this.#callStore("leased", (flat) => flat.push(before, leasedAtOnce));
    const sequences: number[] = [];
    while (!leased.isAtEnd) sequences.push(leased.number());
    const lowest = sequences.at(-1) ?? null;
    if (lowest === null) return { found: [], lowest };
    const answer = await this.#callReader("checkPostbacks", (flat) => {
      pushPostbackFilter(flat, filter);
      pushList(flat, sequences);
    });
    return { found: readAllFound(answer), lowest };
  }

  /** Leaves out what was settled meanwhile and cannot be told from here, unless it can be read again. */
  async #resolve(found: readonly Unresolved[]): Promise<FoundDetail[]> {
    const open = found.filter(({ standing }) => standing !== "ended");
    if (open.length === 0) return [...found];
    const answer = await this.#callStore("standing", (flat) =>
      pushList(
        flat,
        open.map(({ sequence }) => sequence),
      ),
    );
    const resolved = new Map<number, FoundDetail>();
    for (const item of open) {
      const isLeased = answer.flag();
      const attempts = answer.number();
      if (isLeased) resolved.set(item.sequence, leasedDetail(item, attempts));
      else if (item.standing === "live") resolved.set(item.sequence, item);
      else {
        const again = await this.#readAgain(item);
        if (again !== null) resolved.set(item.sequence, again);
      }
    }
    return found.flatMap((item) => (item.standing === "ended" ? item : (resolved.get(item.sequence) ?? [])));
  }

  async #readAgain({ sequence }: Unresolved): Promise<FoundDetail | null> {
    const answer = await this.#callReader("checkPostbacks", (flat) => {
      pushPostbackFilter(flat, {});
      pushList(flat, [sequence]);
    });
    if (answer.isAtEnd) return null;
    const item = readFound(answer);
    return item.standing === "in_hand" ? null : item;
  }
}

const isEnded = ({ state, deadReason }: PostbackFilter): boolean =>
  state === undefined ? deadReason !== undefined : state !== "pending" && state !== "leased";

const leasedDetail = ({ sequence, detail }: Unresolved, attempts: number): FoundDetail => ({
  sequence,
  detail: { ...detail, state: "leased", dueAt: null, attempts },
});

const readAllFound = (answer: FlatReader): Unresolved[] => {
  const found: Unresolved[] = [];
  while (!answer.isAtEnd) found.push(readFound(answer));
  return found;
};

/** A postback as `LogRows.pushPostback` writes it. */
const readFound = (answer: FlatReader): Unresolved => {
  const { sequence, postback } = readPostbackRow(answer, readText);
  const app = appId(answer.text());
  const eventName = answer.text();
  const stands = readStanding(answer);
  const owner = ownerOfReceiver(postback.receiverId);
  const attemptLog = answer.list(readText).map(unpackAttempt);
  const { standing, renderMessage, ...state } = stands;
  return {
    sequence,
    standing,
    detail: {
      postback,
      appId: app,
      partnerId: owner?.partnerId ?? null,
      ruleId: owner?.ruleId ?? null,
      eventName,
      ...state,
      lastStatus: lastStatusOf(attemptLog),
      attemptLog: attemptLog.toSorted((one, other) => one.number - other.number),
      request: postback.request,
      renderMessage,
    },
  };
};

type Standing = Pick<PostbackDetail, "state" | "reason" | "attempts" | "dueAt" | "endedAt" | "renderMessage"> &
  Pick<Unresolved, "standing">;

const readStanding = (answer: FlatReader): Standing => {
  const kind = answer.number();
  const none = { reason: null, dueAt: null, endedAt: null, renderMessage: null };
  if (kind === 0)
    return { ...none, standing: "live", state: "pending", dueAt: answer.number(), attempts: answer.number() };
  if (kind === 2) return { ...none, standing: "in_hand", state: "leased", attempts: answer.number() };
  return {
    ...none,
    standing: "ended",
    state: stateOf(answer.number()),
    reason: reasonOf(answer.textOrNull()),
    endedAt: answer.number(),
    attempts: answer.number(),
    renderMessage: answer.textOrNull(),
  };
};

const stateOf = (number: number): EndingState => endingStates[number] ?? "dead";

const reasonOf = (text: string | null): PostbackDetail["reason"] =>
  deadReasons.find((reason) => reason === text) ?? cancelReasons.find((reason) => reason === text) ?? null;

const lastStatusOf = (attempts: PostbackDetail["attemptLog"]): number | null => {
  for (const { exchange } of attempts.toReversed()) {
    if (exchange.answer.kind === "response") return exchange.answer.status;
  }
  return null;
};
