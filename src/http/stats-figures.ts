import type { StatsWire } from "#src/contract/stats-contract.ts";
import { readTargetKey } from "#src/core/postbacks/target-key.ts";
import type { Counter } from "#src/ports/counters.ts";

type Owner = StatsWire["series"][number]["owners"][number];
export type Figures = Omit<Owner, "partner_id" | "rule_id">;

/** Adds up counters of one bucket and owner. */
export const figuresOf = (counters: readonly Counter[]): Figures => {
  const latencies = new Map<number, number>();
  const skipped: Record<string, number> = {};
  const dead: Record<string, number> = {};
  const figures = { matched: 0, skipped, delivered: 0, dead, cancelled: 0 };
  for (const { measure, count } of counters) {
    const [kind = "", of = ""] = measure.split(":");
    switch (kind) {
      case "match":
        figures.matched += count;
        break;
      case "skip":
        skipped[of] = (skipped[of] ?? 0) + count;
        break;
      case "delivered":
        figures.delivered += count;
        break;
      case "dead":
        dead[of] = (dead[of] ?? 0) + count;
        break;
      case "cancelled":
        figures.cancelled += count;
        break;
      case "latency":
        latencies.set(Number(of), (latencies.get(Number(of)) ?? 0) + count);
        break;
    }
  }
  return { ...figures, latency_ms: percentiles(latencies) };
};

const percentiles = (latencies: ReadonlyMap<number, number>): Figures["latency_ms"] => {
  const classes = [...latencies].sort(([one], [other]) => one - other);
  const all = classes.reduce((sum, [, count]) => sum + count, 0);
  const last = classes.at(-1);
  if (last === undefined) return null;
  const boundOf = (share: number): number => {
    let below = 0;
    for (const [bound, count] of classes) {
      below += count;
      if (below >= all * share) return bound;
    }
    return last[0];
  };
  return { p50: boundOf(0.5), p95: boundOf(0.95), p99: boundOf(0.99) };
};

/** Whose a counter is, as the wire names it. */
export const ownerOf = (owner: string): Pick<Owner, "partner_id" | "rule_id"> => {
  const target = readTargetKey(owner);
  return target.kind === "rule"
    ? { partner_id: null, rule_id: target.ruleId }
    : { partner_id: target.partnerId, rule_id: null };
};
