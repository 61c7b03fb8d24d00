import type { CatalogChange, EngineCatalog } from "#src/engine/operate/catalog-change.ts";
import { refusedHosts, type Surroundings } from "./catalog-advice.ts";

/** Stands in for a refusal of the edit: what is answered is beside it. */
const refused = Symbol("an address inside");

/**
 * The catalog for whoever comes from outside: a request that leads to an address which is not sent to is
 * not saved. The sender would refuse each of its postbacks; here whoever writes it hears so at once. What was saved
 * before, under other settings, is in nobody's way.
 */
export const guardedCatalog = (catalog: EngineCatalog, guard: Surroundings["guard"]): EngineCatalog => ({
  ...catalog,
  edit: async <No>(order: Parameters<typeof catalog.edit<No>>[0]) => {
    let refusal: CatalogChange | null = null;
    const change = await catalog.edit<No | typeof refused>({
      ...order,
      edit: (before) => {
        const edited = order.edit(before);
        if (edited.kind === "no") return edited;
        const problems = refusedHosts(edited.catalog, before.catalog, guard);
        if (problems.length === 0) return edited;
        refusal = { kind: "refused", problems, catalog: edited.catalog };
        return { kind: "no", no: refused };
      },
    });
    if (change.kind !== "no") return change;
    const { no } = change;
    if (no !== refused) return { kind: "no", no };
    return refusal ?? Promise.reject(new Error("an edit was refused without a reason"));
  },
});
