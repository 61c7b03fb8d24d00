import { type Notice, type NoticeKind, type OpenNotice, type Trouble, troubleKey } from "./notice.ts";
import { overText, type Present } from "./over-text.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** How long a trouble lasts before anybody is told: what mends itself is no news. */
const toldAfterMs: Readonly<Record<NoticeKind, number>> = {
  receiver_failing: 5 * minuteMs,
  receiver_paused: hourMs,
  dead_growing: 0,
  silence: 0,
  intake_refusing: minuteMs,
  secret_unset: 5 * minuteMs,
};
/** As long as it lasts, it is told again this often. */
const toldAgainMs = 24 * hourMs;

export type NoticeJudgement = {
  /** What to tell, in this order. */
  readonly notices: readonly Notice[];
  /** Notices as they stand now, where that is new. */
  readonly open: readonly OpenNotice[];
  /** Keys of those that are over. */
  readonly closed: readonly string[];
};

/** Compares what is wrong now with what people were told before. */
export function judgeNotices(given: {
  readonly troubles: readonly Trouble[];
  readonly open: readonly OpenNotice[];
  readonly present: Present;
  readonly now: number;
}): NoticeJudgement {
  const { troubles, open, present, now } = given;
  const known = new Map(open.map((notice) => [troubleKey(notice), notice]));
  const notices: Notice[] = [];
  const stands: OpenNotice[] = [];
  for (const trouble of troubles) {
    const before = known.get(troubleKey(trouble));
    known.delete(troubleKey(trouble));
    if (before === undefined) {
      if (trouble.since + toldAfterMs[trouble.kind] > now) continue;
      notices.push({ phase: "opened", trouble, openedAt: now });
      stands.push({ ...trouble, openedAt: now, toldAt: now });
    } else if (before.toldAt + toldAgainMs <= now) {
      // Since when it has lasted is as it was told at first: a restart does not know.
      const lasting = { ...trouble, since: before.since };
      notices.push({ phase: "reminded", trouble: lasting, openedAt: before.openedAt });
      stands.push({ ...lasting, openedAt: before.openedAt, toldAt: now });
    }
  }
  for (const { openedAt, toldAt: _, ...trouble } of known.values())
    notices.push({ phase: "cleared", trouble: { ...trouble, detail: overText(trouble, present) }, openedAt });
  return { notices, open: stands, closed: [...known.keys()] };
}
