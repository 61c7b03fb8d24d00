import type { ReceiverId } from "#src/core/ids.ts";
import { type Breaker, breakerAllows } from "#src/engine/deliver/breaker.ts";
import { type DeliveryState, isSwitchedOff } from "#src/engine/deliver/delivery-state.ts";
import type { Held } from "#src/engine/engine.ts";
import type { PauseScope } from "#src/ports/catalog-store.ts";
import { pauseKey } from "./pauses.ts";

/** What keeps a receiver's postbacks from going, or null; read off memory, as `holdOf` decides for a line. */
export function heldBy(state: DeliveryState, id: ReceiverId): Held | null {
  const receiver = state.compiled.receivers.get(id);
  if (receiver === undefined) return { reason: "removed", by: null, until: null };
  const scopes: readonly PauseScope[] = [
    { level: "everything" },
    { level: "app", id: receiver.appId },
    // A rule's receiver is no partner's.
    ...(receiver.partnerId === null ? [] : [{ level: "partner", id: receiver.partnerId } as const]),
    { level: "receiver", id },
  ];
  const pause = scopes.find((scope) => state.pausedKeys.has(pauseKey(scope)));
  if (pause !== undefined) return { reason: "paused", by: scopeText(pause), until: null };
  if (isSwitchedOff(state.compiled, receiver)) return { reason: "off", by: null, until: null };
  const line = state.lines.get(id);
  if (line === undefined) return null;
  return (
    openBreaker(state, line.breaker, `receiver ${id}`) ??
    (line.host === null ? null : openBreaker(state, line.host.breaker, `host ${line.host.name}`))
  );
}

function openBreaker({ clock }: DeliveryState, breaker: Breaker, by: string): Held | null {
  const at = clock.monotonic();
  if (breaker.state !== "open" || breakerAllows(breaker, at) > 0) return null;
  return { reason: "breaker_open", by, until: clock.now() + Math.max(0, breaker.openUntil - at) };
}

const scopeText = (scope: PauseScope): string =>
  scope.level === "everything" ? "everything" : `${scope.level} ${scope.id}`;
