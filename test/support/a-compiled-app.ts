import type { App, Catalog } from "#src/core/catalog/catalog.ts";
import { compileCatalogWith } from "#src/core/compile/compile-catalog.ts";
import type { CompiledApp } from "#src/core/compile/compiled-catalog.ts";
import type { AppTerms } from "#src/core/decide/app-terms.ts";
import { testDevicesOf } from "#src/core/decide/test-devices.ts";
import type { EventView } from "#src/core/events/event-view.ts";
import { invariant } from "#src/core/invariant.ts";
import { noRates } from "#src/core/money/exchange-rates.ts";
import { revenueFieldsOf, revenueNames } from "#src/core/money/revenue-names.ts";
import type { CompileTemplate } from "#src/core/templates/template.ts";
import { aCatalog, anApp } from "./a-catalog.ts";
import { testHashes } from "./node-hashes.ts";

/**
 * A stand-in for the compiler of templates: the URL is a text with `<name>` for a few members of the
 * view. `throws` throws, `faults` tells a fault, `lacks` a missing macro.
 */
export const plainTemplates: CompileTemplate = (template, { parameters }) => ({
  kind: "compiled",
  warnings: [],
  template: {
    macros: [],
    trace: () => [],
    render: (view) => {
      if (template.url === "throws") throw new Error("a bug of ours");
      if (template.url === "faults") return { kind: "fault", message: "cannot be rendered" };
      if (template.url === "lacks") return { kind: "macro_missing", macro: "idfa" };
      const url = template.url.replace(
        /<(\w+)>/g,
        (_mark, name: string) => shown(view, name) ?? parameters[name] ?? "",
      );
      return { kind: "request", request: { method: "GET", url, headers: [], body: null } };
    },
  },
});

function shown(view: EventView, name: string): string | null {
  switch (name) {
    case "event":
      return view.eventName;
    case "mapped":
      return view.partnerEvent;
    case "value":
      return view.valueText() ?? "";
    case "monetary":
      return view.monetary() ?? "";
    case "currency":
      return view.currency() ?? "";
    default:
      return null;
  }
}

/** What the integrations and rules of an app share, of an app without any. */
export const anAppTerms = (parts: Partial<Omit<App, "id">> = {}): AppTerms => {
  const app = anApp(parts);
  const isRevenue = revenueNames(app.revenueProperties);
  return {
    catalog: aCatalog({ apps: [app] }),
    app,
    isRevenue,
    revenueFields: revenueFieldsOf(isRevenue),
    testDevices: testDevicesOf(app.testDevices),
    agencies: new Map(),
    hashes: testHashes,
    rates: noRates,
    identities: new Map(),
    sourceTables: new Map(),
  };
};

/** The one app of a catalog, compiled with plain templates. */
export function aCompiledApp(app: Partial<Omit<App, "id">> = {}, catalog: Partial<Catalog> = {}): CompiledApp {
  const compilation = compileCatalogWith(plainTemplates, aCatalog({ ...catalog, apps: [anApp(app)] }), {
    hashes: testHashes,
  });
  invariant(compilation.kind === "compiled", JSON.stringify(compilation));
  const [compiled] = compilation.compiled.apps.values();
  invariant(compiled !== undefined, "the catalog has one app");
  return compiled;
}
