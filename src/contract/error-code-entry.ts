/**
 * fault: who has to act. `caller` sent something wrong, `operator` runs a server that cannot do it
 * now, `partner` is a receiver's doing, `us` is a bug.
 */
export type Fault = "caller" | "operator" | "partner" | "us";

export type CodeEntry = {
  /** HTTP status when it is the code of a whole answer. */
  readonly status: number;
  readonly fault: Fault;
  readonly title: string;
  readonly fix: string;
};

export const caller = (status: number, title: string, fix: string): CodeEntry => ({
  status,
  fault: "caller",
  title,
  fix,
});
export const operator = (status: number, title: string, fix: string): CodeEntry => ({
  status,
  fault: "operator",
  title,
  fix,
});
