import assert from "node:assert/strict";
import test from "node:test";
import { aCatalog } from "#test/support/a-catalog.ts";
import { turnedClock } from "#test/support/turned-clock.ts";
import { type Caller, nobody } from "./caller.ts";
import { openOncePerKey } from "./idempotency.ts";
import { refuse } from "./refusal.ts";
import { scopeOf } from "./scope.ts";
import type { Answered, Asked } from "./serve-route.ts";

type Question = { readonly key?: string; readonly body?: string; readonly keyId?: string };

const asked = ({ key, body = "", keyId = "k1" }: Question): Asked<object, object, undefined> => {
  const caller: Caller = { ...nobody, keyId };
  const headers = key === undefined ? {} : { "idempotency-key": key };
  return {
    params: {},
    query: {},
    body: undefined,
    bodyText: body,
    headers,
    caller,
    callerNow: () => caller,
    scope: scopeOf(aCatalog(), caller),
  };
};

/** Counts how often it runs, and answers that. */
const counting = () => {
  let runs = 0;
  return async (): Promise<Answered<number>> => {
    runs += 1;
    return { kind: "ok", answer: runs };
  };
};

test("a repeat while the first is under way waits for it and is not run", async () => {
  const once = openOncePerKey<number>(turnedClock());
  const run = counting();
  const both = await Promise.all([once(asked({ key: "a" }), run), once(asked({ key: "a" }), run)]);
  assert.deepEqual(
    both.map((answer) => answer.kind === "ok" && answer.answer),
    [1, 1],
  );
});

test("without a key, under another key and for another caller a request is its own", async () => {
  const once = openOncePerKey<number>(turnedClock());
  const run = counting();
  for (const question of [{}, {}, { key: "a" }, { key: "b" }, { key: "a", keyId: "k2" }])
    await once(asked(question), run);
  assert.deepEqual(await run(), { kind: "ok", answer: 6 });
});

test("a key is remembered for a day and then forgotten", async () => {
  const clock = turnedClock();
  const once = openOncePerKey<number>(clock);
  const run = counting();
  await once(asked({ key: "a" }), run);
  await clock.turn(24 * 3_600_000 - 1);
  assert.deepEqual(await once(asked({ key: "a" }), run), { kind: "ok", answer: 1 });
  await clock.turn(1);
  assert.deepEqual(await once(asked({ key: "a" }), run), { kind: "ok", answer: 2 });
});

test("only so many keys are remembered, the newest", async () => {
  const once = openOncePerKey<number>(turnedClock());
  const run = counting();
  for (let index = 0; index < 10_002; index += 1) await once(asked({ key: `k${index}` }), run);
  assert.deepEqual(await once(asked({ key: "k10001" }), run), { kind: "ok", answer: 10_002 });
  assert.deepEqual(await once(asked({ key: "k0" }), run), { kind: "ok", answer: 10_003 });
});

test("what failed or was refused is forgotten", async () => {
  const once = openOncePerKey<number>(turnedClock());
  const run = counting();
  await assert.rejects(once(asked({ key: "a" }), () => Promise.reject(new Error("the store is gone"))));
  assert.equal((await once(asked({ key: "a" }), async () => refuse("postback.not_found", "gone"))).kind, "refusal");
  assert.deepEqual(await once(asked({ key: "a" }), run), { kind: "ok", answer: 1 });
});
