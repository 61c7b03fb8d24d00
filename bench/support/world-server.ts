import { setTimeout as delay } from "node:timers/promises";
import { applyCatalog, makeKey, startCaromProcess } from "../../test/support/carom-process.ts";
import { benchCatalog } from "./bench-catalog.ts";
import type { CaromServer } from "./carom-server.ts";
import type { Filling } from "./fill.ts";
import { filledFolder } from "./kept-folder.ts";

/** What was filled in is looked through for search after the start: not part of what is measured. */
const settleMs = 3_000;

export type WorldServer = Pick<CaromServer, "url" | "key" | "process" | "end">;

export type World = {
  /** Applied one after the other, each adding to what is there; by default the bench's, with one app. */
  readonly catalogs?: readonly object[];
  readonly filling?: Filling;
};

/** A real server with many apps, or with a folder that holds much before it starts; gone at the end. */
export const startWorld = async (receiverUrl: string, given: World = {}): Promise<WorldServer> => {
  const folder = filledFolder(given.filling ?? {});
  let carom = await startCaromProcess({ folder: folder.path });
  const { catalogs = [benchCatalog(receiverUrl, { apps: 1 })] } = given;
  for (const catalog of catalogs) await applyCatalog(carom, catalog);
  // A management key: it sends for every app.
  const key = await makeKey(carom, { kind: "management" });
  await carom.kill("SIGTERM");
  await folder.fill();
  carom = await startCaromProcess({ folder: folder.path });
  await delay(settleMs);
  return {
    url: carom.url,
    key,
    process: carom,
    end: async () => {
      await carom.kill("SIGTERM");
      folder.remove();
    },
  };
};
