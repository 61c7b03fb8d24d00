import type { AppId } from "#src/core/ids.ts";
import type { HttpDependencies } from "#src/http/http-dependencies.ts";
import { bucketOf } from "#src/ports/counters.ts";

/** An event that was reported within this time is known. */
const knownEventsMs = 14 * 86_400_000;

/** Names that an app has reported in the last days. */
export const reportedNames = async (
  { storage, clock }: Pick<HttpDependencies, "storage" | "clock">,
  appId: AppId,
): Promise<ReadonlySet<string>> => {
  const to = clock.now() + 1;
  const query = { grain: "day", from: bucketOf("day", to - knownEventsMs), to, appId } as const;
  return new Set((await storage.log.counters(query)).flatMap(({ eventName }) => eventName ?? []));
};
