import { networkFaults } from "#src/core/postbacks/attempt.ts";
import type { SendOrder } from "#src/ports/sender.ts";
import type { ScriptedAnswer } from "#test/support/scripted-sender.ts";
import { diceOf } from "./dice.ts";
import { hostileTexts } from "./mutate-json.ts";

/** What a partner does with an order, by its ticket: mostly it hears, now and then it is as hostile as a caller. */
export const hostileAnswer = ({ ticket }: SendOrder): ScriptedAnswer => {
  const dice = diceOf(ticket);
  if (dice.hits(0.6)) return { kind: "response", status: 200, body: dice.pick(["ok", '{"a":[{"b":1}]}', ""]) };
  return dice.pick<() => ScriptedAnswer>([
    () => ({ kind: "response", status: dice.pick([200, 204, 301, 400, 404, 500, 503]), body: dice.pick(bodies) }),
    () => ({ kind: "response", status: dice.pick([429, 503]), retryAfterS: dice.pick([0, 1, 90, 1e9]) }),
    () => ({ kind: "fault", fault: dice.pick(networkFaults) }),
    () => ({ kind: "hang" }),
  ])();
};

const bodies = [
  ...hostileTexts,
  ...[
    '{"a":[{"b":"1"}]}',
    '{"a":',
    "[".repeat(10_000),
    '{"__proto__":{"b":1}}',
    "error",
    "1e999",
    "\ufeff{}",
    "<html>",
  ],
];
