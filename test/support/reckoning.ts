import type { TestContext } from "node:test";

/** What became of the events that a server acknowledged. */
export type Reckoning = {
  readonly accepted: number;
  /** Of everything that was sent, acknowledged or not, heard at least once. */
  readonly delivered: number;
  /** Heard beyond the first time. */
  readonly doubled: number;
  readonly lost: readonly number[];
};

/** Reconciles every acknowledged number with what a receiver heard, and prints the count. */
export const reckon = (
  context: Pick<TestContext, "diagnostic">,
  what: string,
  books: { readonly accepted: readonly number[]; readonly heard: ReadonlyMap<number, number> },
): Reckoning => {
  const { accepted, heard } = books;
  const doubled = [...heard.values()].reduce((sum, times) => sum + times - 1, 0);
  const lost = accepted.filter((number) => !heard.has(number));
  context.diagnostic(
    `${what}: ${accepted.length} accepted, ${heard.size} delivered, ${doubled} doubled, ${lost.length} lost`,
  );
  return { accepted: accepted.length, delivered: heard.size, doubled, lost };
};
