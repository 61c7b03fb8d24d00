import { FuzzFinding, type FuzzWorld, openFuzzWorld } from "./fuzz-world.ts";
import { heldBytes } from "./heap.ts";
import type { Doors } from "./hostile-request.ts";
import { openTrespassWorld } from "./trespass-world.ts";

export type FuzzResult = {
  readonly statuses: ReadonlyMap<number, number>;
  /** Requests that were done, by the first two places of their path. */
  readonly taken: ReadonlyMap<string, number>;
  /** Requests that went to partners. */
  readonly sent: number;
  readonly findings: readonly FuzzFinding[];
  /** Bytes held after each world was closed. */
  readonly held: readonly number[];
  /** Bytes of the process at the same moments, with what its heaps keep for later. */
  readonly resident: readonly number[];
};

const findingsMax = 20;

/** Plays a request for each seed. Worlds are left behind after `worldRequests` of them: what grows over worlds is a leak. */
export const runFuzz = async (run: {
  readonly firstSeed: number;
  readonly requests: number;
  readonly worldRequests: number;
  /** `others`: callers beside the owner. `all`: one world in four is theirs. */
  readonly doors?: Doors | "others";
  readonly tell?: (text: string) => void;
}): Promise<FuzzResult> => {
  const { firstSeed, requests, worldRequests, tell = () => {} } = run;
  const statuses = new Map<number, number>();
  const taken = new Map<string, number>();
  const findings: FuzzFinding[] = [];
  const held: number[] = [];
  const resident: number[] = [];
  let sent = 0;
  for (let from = 0; from < requests && findings.length < findingsMax; from += worldRequests) {
    const world = await openWorld(run.doors ?? "all", from / worldRequests);
    const until = Math.min(requests, from + worldRequests);
    for (let index = from; index < until && findings.length < findingsMax; index += 1) {
      try {
        const { status, door } = await world.play(firstSeed + index);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (status < 300) taken.set(door, (taken.get(door) ?? 0) + 1);
      } catch (error) {
        if (!(error instanceof FuzzFinding)) throw error;
        findings.push(error);
      }
    }
    sent += world.lookAtSent();
    await world.close();
    held.push(await heldBytes());
    resident.push(process.memoryUsage.rss());
    tell(
      `${until} requests, ${sent} postbacks, ${findings.length} findings, ${mib(held)} MiB held, ${mib(resident)} MiB resident`,
    );
  }
  return { statuses, taken, sent, findings, held, resident };
};

const openWorld = (doors: Doors | "others", index: number): Promise<FuzzWorld> =>
  doors === "others" || (doors === "all" && index % turnWorlds === turnWorlds - 1)
    ? openTrespassWorld()
    : openFuzzWorld(doors);

const mib = (bytes: readonly number[]): string => ((bytes.at(-1) ?? 0) / 2 ** 20).toFixed(1);

/**
 * How much more is held at the end than after the first worlds, which warm everything up. One kind of world leaves more
 * behind than another until the next one is there, so that a whole turn of them is compared, by the most of each.
 */
export const growthOf = (held: readonly number[]): number => {
  const warm = Math.min(warmingWorlds, Math.ceil(held.length / 2));
  return Math.max(...held.slice(-turnWorlds)) / Math.max(...held.slice(Math.max(0, warm - turnWorlds), warm));
};
/** Of which one is of callers beside the owner. */
const turnWorlds = 4;
const warmingWorlds = 8;
