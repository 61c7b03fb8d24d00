/**
 * Delays + retryable outcomes + timeout. `delaysMs[k]` is waited after the (k+1)-th spent attempt;
 * when the list is used up the postback is dead. Jitter only adds.
 */
export type RetryPolicy = {
  readonly name: string;
  readonly delaysMs: readonly number[];
  readonly timeoutMs: number;
  readonly retryOn: {
    readonly statuses: readonly StatusRange[];
    readonly networkError: boolean;
    readonly timeout: boolean;
  };
};
/** Inclusive. */
export type StatusRange = readonly [from: number, to: number];
