import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type PostbackState, postbackStates } from "./postback.ts";
import { postbackHappenings, transition } from "./postback-transition.ts";

/** The arrows of `postback.ts`, written again. */
const arrows: readonly `${PostbackState} → ${PostbackState}`[] = [
  "pending → leased",
  "leased → pending",
  "leased → delivered",
  "leased → dead",
  "leased → cancelled",
  "pending → cancelled",
  "pending → dead",
  "dead → pending",
];

test("a postback moves along the arrows and no others", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...postbackStates),
      fc.array(fc.constantFrom(...postbackHappenings), { maxLength: 20 }),
      (start, happenings) => {
        let state = start;
        for (const happening of happenings) {
          const moved = transition(state, happening);
          if (moved.kind === "refused") continue;
          assert.ok(
            arrows.some((arrow) => arrow === `${state} → ${moved.state}`),
            `${state} → ${moved.state}`,
          );
          state = moved.state;
        }
      },
    ),
  );
});

test("every arrow is taken by something that happens", () => {
  const taken = postbackStates.flatMap((state) =>
    postbackHappenings.flatMap((happening) => {
      const moved = transition(state, happening);
      return moved.kind === "moved" ? [`${state} → ${moved.state}`] : [];
    }),
  );
  assert.deepEqual([...new Set(taken)].sort(), [...arrows].sort());
});

test("delivered and cancelled are ends; dead is left by replay only, a waiting one dies of its time only", () => {
  for (const happening of postbackHappenings) {
    assert.equal(transition("delivered", happening).kind, "refused");
    assert.equal(transition("cancelled", happening).kind, "refused");
    assert.equal(transition("dead", happening).kind, happening === "replayed" ? "moved" : "refused");
  }
  assert.deepEqual(transition("pending", "died"), { kind: "refused" });
  assert.deepEqual(transition("pending", "expired"), { kind: "moved", state: "dead" });
});
