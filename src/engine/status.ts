import type { ReceiverId } from "#src/core/ids.ts";
import type { Intake } from "./accept/intake.ts";
import type { Breaker } from "./deliver/breaker.ts";
import type { DeliveryState } from "./deliver/delivery-state.ts";
import type { ReceiverLine } from "./deliver/receiver-line.ts";
import type { EngineStatus } from "./engine.ts";

type BreakerStatus = EngineStatus["breakers"][number];

/** How the engine stands, read off memory: asking costs the store nothing. */
export function engineStatus({
  state,
  intake,
}: {
  readonly state: DeliveryState;
  readonly intake: Intake;
}): EngineStatus {
  const inFlightByReceiver = new Map<ReceiverId, number>();
  const breakers: BreakerStatus[] = [];
  for (const line of state.lines.values()) {
    if (line.inFlight > 0) inFlightByReceiver.set(line.id, line.inFlight);
    const status = breakerStatus(line.breaker, { scope: "receiver", id: line.id, state, lines: [line] });
    if (status !== null) breakers.push(status);
  }
  for (const host of state.hosts.values()) {
    const status = breakerStatus(host.breaker, { scope: "host", id: host.name, state, lines: host.lines });
    if (status !== null) breakers.push(status);
  }
  return {
    intakeQueue: intake.size,
    inHand: state.inHand,
    inFlight: state.inFlight,
    refusing: intake.refusing,
    breakers,
    inFlightByReceiver,
    attempts: { ...state.attempts },
  };
}

function breakerStatus(
  breaker: Breaker,
  given: {
    readonly scope: "receiver" | "host";
    readonly id: string;
    readonly state: DeliveryState;
    readonly lines: Iterable<ReceiverLine>;
  },
): BreakerStatus | null {
  if (breaker.state === "closed") return null;
  const { scope, id, lines } = given;
  const { clock } = given.state;
  const until = clock.now() + Math.max(0, breaker.openUntil - clock.monotonic());
  return {
    scope,
    id,
    state: breaker.state,
    until,
    lastBad: breaker.lastBad,
    receivers: Array.from(lines, (line) => line.id),
  };
}
