import { callRoute } from "#src/cli/call-route.ts";
import type { CommandClock } from "#src/cli/command.ts";
import type { ServerConnection } from "#src/cli/server-connection.ts";
import type { DecisionWire } from "#src/contract/decision-wire.ts";
import { eventRoutes } from "#src/contract/events-contract.ts";
import type { ExplanationWire } from "#src/contract/explanation-wire.ts";
import type { DemoReceiver, HeardPostback } from "./demo-receiver.ts";

/** What became of one event at one target: heard by the partner, or skipped with the step that says why. */
export type DemoOutcome =
  | { readonly kind: "heard"; readonly target: string; readonly postback: HeardPostback }
  | { readonly kind: "not_heard"; readonly target: string }
  | { readonly kind: "skipped"; readonly target: string; readonly reason: string; readonly step: ExplainedStep | null };
type ExplainedStep = ExplanationWire["steps"][number];

const hearingMs = 10_000;

/** Follows one stored event to its end. */
export const outcomesOf = async (
  event: { readonly id: string; readonly decisions: readonly Pick<DecisionWire, "target" | "reason">[] },
  world: { readonly connection: ServerConnection; readonly receiver: DemoReceiver; readonly clock: CommandClock },
): Promise<readonly DemoOutcome[]> => {
  const hasSkip = event.decisions.some((decision) => decision.reason !== null);
  const explanations = hasSkip ? await explanationsOf(event.id, world.connection) : [];
  const matches = event.decisions.filter((decision) => decision.reason === null);
  const heard = await heardOf(event.id, matches.length, world);
  return event.decisions.map(({ target, reason }) => {
    if (reason !== null) return { kind: "skipped", target, reason, step: stepOf(explanations, target, reason) };
    const postback = heard[matches.findIndex((match) => match.target === target)];
    return postback === undefined ? { kind: "not_heard", target } : { kind: "heard", target, postback };
  });
};

const explanationsOf = async (id: string, connection: ServerConnection): Promise<readonly ExplanationWire[]> => {
  const answer = await callRoute(connection, eventRoutes.explain, { body: { id, at: "then" } });
  return answer.kind === "ok" ? (answer.answer.explanations ?? []) : [];
};

const stepOf = (explanations: readonly ExplanationWire[], target: string, reason: string): ExplainedStep | null =>
  explanations
    .find((explanation) => explanation.decision.target === target)
    ?.steps.find((step) => step.reason === reason && !step.passed) ?? null;

/** A postback's id begins with the id of its event. */
const heardOf = (
  eventId: string,
  count: number,
  { receiver, clock }: { readonly receiver: DemoReceiver; readonly clock: CommandClock },
): Promise<readonly HeardPostback[]> =>
  new Promise((resolve) => {
    const ofEvent = (): readonly HeardPostback[] =>
      receiver.heard.filter((postback) => postback.postbackId.startsWith(eventId));
    const end = (): void => {
      cancel();
      stop();
      resolve(ofEvent());
    };
    const cancel = clock.after(hearingMs, end);
    const stop = receiver.onHeard(() => {
      if (ofEvent().length >= count) end();
    });
    if (ofEvent().length >= count) end();
  });
