import type { Account, App, Catalog, Partner } from "#src/core/catalog/catalog.ts";
import { accountsOf, mainAccountId } from "#src/core/catalog/main-account.ts";
import { type AppSurroundings, checkApp } from "./check-app.ts";
import { checkOwner } from "./check-owner.ts";
import { checkPartner } from "./check-partner.ts";
import { checkId, type Findings, newFindings, refuse, refuseDoubles, warn } from "./findings.ts";

/** Everything that types cannot say of a catalog: references, doubles, limits. All of it at once. */
export function checkCatalog(catalog: Catalog): Findings {
  const findings = newFindings();
  checkLists(findings, catalog);
  const surroundings = surroundingsOf(catalog);
  for (const [index, partner] of catalog.partners.entries()) checkPartnerAt({ findings, surroundings, index }, partner);
  for (const [index, app] of catalog.apps.entries()) checkAppAt({ findings, surroundings, index }, app);
  return findings;
}

/** What can be told only over all of a kind, and the accounts, which are few. */
export function checkLists(findings: Findings, catalog: Catalog): void {
  checkAccounts(findings, catalog.accounts);
  refuseDoubles(findings, idsOf(catalog.partners), { path: ["partners"], member: "id" });
  refuseDoubles(findings, idsOf(catalog.apps), { path: ["apps"], member: "id" });
}

type PartCheck = { readonly findings: Findings; readonly surroundings: AppSurroundings; readonly index: number };

export function checkPartnerAt({ findings, surroundings, index }: PartCheck, partner: Partner): void {
  checkPartner(findings, partner, ["partners", index]);
  const at = { path: ["partners", index, "account_id"], accounts: surroundings.accounts };
  checkOwner(findings, partner.accountId, at);
}

export const checkAppAt = ({ findings, surroundings, index }: PartCheck, app: App): void =>
  checkApp({ findings, path: ["apps", index], surroundings }, app);

export const surroundingsOf = (catalog: Catalog): AppSurroundings => ({
  accounts: new Map(accountsOf(catalog).map((account) => [account.id, account])),
  partners: new Map(catalog.partners.map((partner) => [partner.id, partner])),
});

const idsOf = (things: readonly { readonly id: string }[]): readonly string[] => things.map(({ id }) => id);

function checkAccounts(findings: Findings, accounts: readonly Account[]): void {
  refuseDoubles(findings, idsOf(accounts), { path: ["accounts"], member: "id" });
  // Two agencies of one name in `af_prt` would both take its events, and the partner would have them twice.
  const names = accounts.flatMap(({ afPrtNames }, account) =>
    [...new Set(afPrtNames)].map((name) => ({ account, name })),
  );
  const first = new Map<string, number>();
  for (const { account, name } of names) {
    const owner = first.get(name);
    if (owner === undefined) {
      first.set(name, account);
      continue;
    }
    findings.problems.push({
      path: ["accounts", account, "af_prt_names"],
      code: "catalog.duplicate_id",
      message: `accounts[${account}].af_prt_names: ${name} is a name of the account ${accounts[owner]?.id} already`,
    });
  }
  for (const [index, { id, kind, afPrtNames }] of accounts.entries()) {
    checkId(findings, id, ["accounts", index, "id"]);
    if (id === mainAccountId && kind !== "advertiser") {
      const message = "the main account operates the server, and is an advertiser";
      refuse(findings, "catalog.value", { path: ["accounts", index, "kind"], message });
    }
    if (kind === "agency" || afPrtNames.length === 0) continue;
    const message = "only an agency stands in af_prt; these names are not looked at";
    warn(findings, "catalog.names_unused", { path: ["accounts", index, "af_prt_names"], message });
  }
}
