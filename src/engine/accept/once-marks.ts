import type { EventId } from "#src/core/ids.ts";
import type { OnceMark } from "#src/core/postbacks/once-mark.ts";
import type { Knowledge } from "#src/ports/knowledge.ts";
import { type BatchDraft, decideDraft, type EventDraft } from "./draft-batch.ts";
import { type KeyHolder, KeyLocks } from "./key-locks.ts";

/**
 * Keeps once *once* among the batches of one process: a batch whose events would match rules that
 * fire once takes the marks of those matches, waits for the batches that took one of them before,
 * and looks up what has been recorded; whatever another event has is decided again as shown before.
 *
 * These locks are taken after those of the install keys, all of a batch in one go, and by batches
 * that wait for nothing else any more: a batch waits only for batches that took their marks before
 * it, so there is no circle (docs/decisions/0001-key-locks-instead-of-an-overlay.md).
 */
export class OnceMarks {
  readonly #knowledge: Knowledge;
  readonly #locks = new KeyLocks();

  constructor(knowledge: Knowledge) {
    this.#knowledge = knowledge;
  }

  /** Decides again what was shown before. Answers how to let the marks go, to be called when the batch has resolved. */
  async settle(draft: BatchDraft, marking: readonly EventDraft[]): Promise<() => void> {
    const holder = await this.#take(marking);
    try {
      await this.#decideShown(marking, draft);
    } catch (error) {
      this.#locks.release(holder);
      throw error;
    }
    return () => this.#locks.release(holder);
  }

  async #take(marking: readonly EventDraft[]): Promise<KeyHolder> {
    let free = (): void => {};
    const isFree = new Promise<void>((resolve) => {
      free = resolve;
    });
    const holder: KeyHolder = { keys: [], waitsFor: 0, dependants: [], whenFree: free };
    for (const { verdict } of marking) for (const mark of verdict.marks) this.#locks.write(holder, markKey(mark));
    if (holder.waitsFor > 0) await isFree;
    return holder;
  }

  async #decideShown(marking: readonly EventDraft[], { compiled }: BatchDraft): Promise<void> {
    const marks = marking.flatMap(({ verdict }) => verdict.marks);
    const answer = await this.#knowledge.lookUp({ clientEventIds: [], installs: [], waiting: [], marks });
    const holders = new Map<string, EventId>();
    for (const [place, mark] of marks.entries()) {
      const event = answer.marks[place] ?? null;
      if (event !== null) holders.set(markKey(mark), event);
    }
    for (const draft of marking) {
      const shownBefore = new Set<string>();
      for (const mark of draft.verdict.marks) {
        const first = holders.get(markKey(mark));
        if (first !== undefined && first !== draft.event.id) shownBefore.add(mark.targetKey);
        else holders.set(markKey(mark), draft.event.id);
      }
      if (shownBefore.size > 0) decideDraft(draft, compiled, { shownBefore });
    }
  }
}

/** What of a batch would match a rule that fires once; mostly nothing. */
export function markingDrafts({ amendments, events }: BatchDraft): readonly EventDraft[] {
  const marking: EventDraft[] = [];
  for (const draft of amendments) if (draft.verdict.marks.length > 0) marking.push(draft);
  for (const draft of events) if (draft.verdict.marks.length > 0) marking.push(draft);
  return marking;
}

/** Ids hold no line feed, and subjects begin with the name of a field. */
const markKey = ({ appId, targetKey, subject }: OnceMark): string => `${appId}\n${targetKey}\n${subject}`;
