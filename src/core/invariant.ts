/** Says what must hold. A failure is a bug of ours, never the answer to an input. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${message}`);
}
