import type { AccountId } from "#src/core/ids.ts";
import type { Scope } from "./scope.ts";

/** A job is its account's, whoever started it; to anybody else it is not there. */
export const isOwnJob = <Job extends { readonly accountId: AccountId }>(
  { isOperator, accountId }: Scope,
  job: Job | null,
): job is Job => job !== null && (isOperator || job.accountId === accountId);
