import type { Account, Catalog } from "#src/core/catalog.ts";
import { accountsOf, mainAccountId } from "#src/core/main-account.ts";
import { type AppSurroundings, checkApp } from "./check-app.ts";
import { checkOwner } from "./check-owner.ts";
import { checkPartner } from "./check-partner.ts";
import { checkId, type Findings, newFindings, refuse, refuseDoubles, warn } from "./findings.ts";

/** Everything that types cannot say of a catalog: references, doubles, limits. All of it at once. */
export function checkCatalog(catalog: Catalog): Findings {
  const findings = newFindings();
  checkAccounts(findings, catalog.accounts);
  refuseDoubles(findings, idsOf(catalog.partners), { path: ["partners"], member: "id" });
  const surroundings: AppSurroundings = {
    accounts: new Map(accountsOf(catalog).map((account) => [account.id, account])),
    partners: new Map(catalog.partners.map((partner) => [partner.id, partner])),
  };
  for (const [index, partner] of catalog.partners.entries()) {
    checkPartner(findings, partner, ["partners", index]);
    const at = { path: ["partners", index, "account_id"], accounts: surroundings.accounts };
    checkOwner(findings, partner.accountId, at);
  }
  refuseDoubles(findings, idsOf(catalog.apps), { path: ["apps"], member: "id" });
  for (const [index, app] of catalog.apps.entries()) checkApp({ findings, path: ["apps", index], surroundings }, app);
  return findings;
}

const idsOf = (things: readonly { readonly id: string }[]): readonly string[] => things.map(({ id }) => id);

function checkAccounts(findings: Findings, accounts: readonly Account[]): void {
  refuseDoubles(findings, idsOf(accounts), { path: ["accounts"], member: "id" });
  // Two agencies of one name in `af_prt` would both take its events, and the partner would have them twice.
  const names = accounts.flatMap(({ afPrtNames }, account) =>
    [...new Set(afPrtNames)].map((name) => ({ account, name })),
  );
  for (const [place, { account, name }] of names.entries()) {
    const first = names.findIndex((other) => other.name === name);
    if (first === place) continue;
    findings.problems.push({
      path: ["accounts", account, "af_prt_names"],
      code: "catalog.duplicate_id",
      message: `accounts[${account}].af_prt_names: ${name} is a name of accounts[${names[first]?.account}] already`,
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
