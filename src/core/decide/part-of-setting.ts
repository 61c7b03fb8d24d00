import type { PartAddress } from "#src/core/catalog/catalog-part.ts";
import { accountId, appId, partnerId, ruleId } from "#src/core/ids.ts";

const pattern = /^(?:active$|partners\[([^\]]+)\]|apps\[([^\]]+)\](?:\.(integrations|rules|grants)\[([^\]]+)\])?)/;

/** The part of the catalog that a step's `setBy` stands in: each part was last changed at a time of its own. Null for another text. */
export function partOfSetting(setBy: string): PartAddress | null {
  const match = pattern.exec(setBy);
  if (match === null) return null;
  const [, partner, app, list, id = ""] = match;
  if (partner !== undefined) return { kind: "partner", partnerId: partnerId(partner) };
  if (app === undefined) return { kind: "everything" };
  switch (list) {
    case "integrations": {
      const [of = "", configurator] = id.split(":");
      return {
        kind: "integration",
        appId: appId(app),
        partnerId: partnerId(of),
        configurator: configurator === undefined ? null : accountId(configurator),
      };
    }
    case "rules":
      return { kind: "rule", appId: appId(app), ruleId: ruleId(id) };
    case "grants":
      return { kind: "grant", appId: appId(app), accountId: accountId(id) };
    default:
      return { kind: "app", appId: appId(app) };
  }
}
