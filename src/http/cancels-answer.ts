import type { CancelsWire } from "#src/contract/cancels-wire.ts";
import type { WaitingCancel } from "#src/engine/operate/catalog-change.ts";

/** How many postbacks wait for what a change takes away, and what becomes of them. */
export const cancelsAnswer = (cancels: readonly WaitingCancel[]): CancelsWire => ({
  waiting: cancels.reduce((sum, { waiting }) => sum + waiting, 0),
  becomes: "cancelled",
  receivers: cancels.map(({ receiverId, waiting, reason }) => ({ receiver_id: receiverId, waiting, reason })),
});
