import { readFile } from "node:fs/promises";
import { callRoute } from "#src/cli/call-route.ts";
import type { ServerConnection } from "#src/cli/server-connection.ts";
import { catalogRoutes } from "#src/contract/catalog-contract.ts";
import { keyRoutes } from "#src/contract/keys-contract.ts";
import type { ProblemDocument } from "#src/contract/problem-document.ts";

/** The app with a partner, and the one with rules of its own. */
export const demoApp = "com.example.game";
export const rulesApp = "com.example.reader";
const demoApps: readonly string[] = [demoApp, rulesApp];

const documentFile = new URL("../../../examples/quickstart.yaml", import.meta.url);
/** Where the document says that the partner listens; the demo's receiver takes its place. */
const documentOrigin = "http://127.0.0.1:9090";

export type DemoSetUp =
  | { readonly kind: "ready"; readonly keys: ReadonlyMap<string, string>; readonly revision: number }
  | { readonly kind: "refused"; readonly problem: ProblemDocument }
  /** The folder of --data belongs to something real. */
  | { readonly kind: "occupied" };

/** Configures the demo over the API, as anybody would: the catalog document, then a key for each app's events. */
export const setUpDemo = async (connection: ServerConnection, receiverOrigin: string): Promise<DemoSetUp> => {
  const current = await callRoute(connection, catalogRoutes.readCatalog);
  if (current.kind === "refused") return current;
  if (current.text.includes('"apps"') && namesOtherApps(current.text)) return { kind: "occupied" };
  const document = (await readFile(documentFile, "utf8")).replaceAll(documentOrigin, receiverOrigin);
  const applied = await callRoute(connection, catalogRoutes.changeCatalog, {
    headers: { "content-type": "application/yaml" },
    body: document,
  });
  if (applied.kind === "refused") return applied;
  const keys = new Map<string, string>();
  for (const app of demoApps) {
    const made = await callRoute(connection, keyRoutes.makeKey, {
      body: { kind: "ingest", name: "quickstart", app_id: app },
    });
    if (made.kind === "refused") return made;
    keys.set(app, made.answer.key);
  }
  return { kind: "ready", keys, revision: applied.answer.revision };
};

const namesOtherApps = (text: string): boolean => {
  const document: unknown = JSON.parse(text);
  if (typeof document !== "object" || document === null || !("apps" in document) || !Array.isArray(document.apps))
    return false;
  return document.apps.some(
    (app: unknown) => typeof app === "object" && app !== null && "id" in app && !demoApps.includes(String(app.id)),
  );
};
