import type { Account } from "#src/core/catalog/catalog.ts";
import type { AccountId } from "#src/core/ids.ts";
import type { Problem } from "#src/core/problem.ts";
import { type Findings, refuse } from "./findings.ts";

/** Refuses an owner that there is not, or that is of another kind than asked for. */
export function checkOwner(
  findings: Findings,
  owner: AccountId,
  at: {
    readonly path: Problem["path"];
    readonly accounts: ReadonlyMap<AccountId, Account>;
    readonly kind?: Account["kind"];
  },
): void {
  const { path, kind } = at;
  const account = at.accounts.get(owner);
  if (account === undefined) {
    const message = `there is no account ${owner}; add it to accounts`;
    refuse(findings, "catalog.unknown_reference", { path, message });
  } else if (kind !== undefined && account.kind !== kind) {
    const message = `${owner} is of kind ${account.kind}; it must be an account of kind ${kind}`;
    refuse(findings, "catalog.value", { path, message });
  }
}
