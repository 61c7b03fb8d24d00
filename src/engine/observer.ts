import type { Postback } from "#src/core/postbacks/postback.ts";
import type { RecordedEvent, Settlement, SettleReceipt } from "#src/ports/store.ts";

/**
 * What the engine tells of while it runs: `main/` wires it to logs and metrics. Every member is
 * called after the fact is durable, is optional, and must not throw.
 */
export type EngineObserver = {
  readonly batchRecorded?: (batch: {
    readonly events: number;
    readonly duplicates: number;
    readonly postbacks: number;
    readonly spilled: number;
    readonly lookUpMs: number;
    readonly recordMs: number;
  }) => void;
  /** Each event that is new, with what was decided about it. */
  readonly eventRecorded?: (recorded: RecordedEvent) => void;
  readonly attemptSettled?: (postback: Postback, settlement: Settlement, receipt: SettleReceipt) => void;
  readonly breakerChanged?: (change: {
    readonly scope: "receiver" | "host";
    readonly id: string;
    readonly from: BreakerStateName;
    readonly to: BreakerStateName;
  }) => void;
  /** Something of ours failed and will be tried again: the store, a claim, a sweep. */
  readonly faulted?: (where: EngineRoom, error: unknown) => void;
  readonly refusingChanged?: (refusing: "disk_full" | null) => void;
};

export type BreakerStateName = "closed" | "open" | "half_open";

export type EngineRoom =
  | "accept"
  | "claim"
  | "hand_over"
  | "release"
  | "settle"
  | "leases"
  | "sweep"
  | "audit"
  | "disk"
  | "replay"
  | "catalog"
  | "simulation"
  | "backfill"
  | "notices"
  | "erasure";
