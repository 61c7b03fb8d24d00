import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { LightMyRequestResponse } from "fastify";
import type { ErrorCode } from "#src/contract/error-codes.ts";
import type { Question } from "#test/support/authorisation-row.ts";
import { type CallerName, type SeveralAccounts, severalAccounts } from "#test/support/several-accounts.ts";
import { type DescribedRequest, describedRequest, type Operation, operations } from "./described-request.ts";
import { type Dice, diceOf } from "./dice.ts";
import { judgeAnswer } from "./judge-answer.ts";
import { askedRows, idsOf } from "./trespass-request.ts";

/** Operations after which what was removed, paused or spoilt is as it was. */
const lifeOperations = 10;
/** How often an operation may be asked before its gate must have opened: what was asked before it may have ended a session. */
const rounds = 5;
const asksEach = 4;

/** A write key is an app's alone, so that no operator holds one. */
const operatorsOf = ({ security }: Operation): readonly CallerName[] =>
  security.some((scheme) => "basic" in scheme) ? ["ingest"] : ["operator", "operator signed in"];
const others: readonly CallerName[] = ["rival", "rival signed in", "viewer", "viewer signed in"];

test("every operation of openapi.json, asked as its schemas say and otherwise, answers without a 5xx and with a stable code, and lets the operator in", async (t) => {
  const seed = Number(process.env["CAROM_TEST_SEED"] ?? Date.now() % 1_000_000_000);
  const dice = diceOf(seed);
  const told = new Map<number, number>();
  let left = shuffled(operations, dice);
  for (let round = 0; round < rounds && left.length > 0; round += 1) {
    const shut: Operation[] = [];
    for (let from = 0; from < left.length; from += lifeOperations) {
      const planted = await plant(t);
      for (const operation of left.slice(from, from + lifeOperations)) {
        const { isLetIn, statuses } = await askAll(planted, operation, { dice, seed });
        if (!isLetIn) shut.push(operation);
        for (const status of statuses) told.set(status, (told.get(status) ?? 0) + 1);
      }
    }
    left = shut;
  }
  t.diagnostic(`seed ${seed}: ${[...told].map(([status, times]) => `${times} × ${status}`).join(", ")}`);
  assert.deepEqual(
    left.map(({ operationId }) => operationId),
    [],
    `seed ${seed}: operations whose gate never opened to the operator`,
  );
  for (const status of [200, 400, 403, 404, 422]) assert.ok(told.has(status), `nothing was answered ${status}`);
});

type Planted = {
  readonly world: SeveralAccounts;
  readonly ids: readonly string[];
  /** By operation: what it answers well, as `right-requests.test.ts` sees. */
  readonly right: ReadonlyMap<string, Question>;
};

const plant = async (t: TestContext): Promise<Planted> => {
  const world = await severalAccounts();
  t.after(async () => {
    await world.app.close();
    await world.engine.stop(0);
  });
  const asked = await askedRows(world);
  const right = new Map(asked.toReversed().map(({ row, question }) => [row.operation, question]));
  return { world, ids: idsOf(asked, world), right };
};

type Played = { readonly isLetIn: boolean; readonly statuses: readonly number[] };

const askAll = async (
  { world, ids, right }: Planted,
  operation: Operation,
  { dice, seed }: { readonly dice: Dice; readonly seed: number },
): Promise<Played> => {
  const operators = operatorsOf(operation);
  const known = { dice, ids, right: right.get(operation.operationId) };
  const statuses: number[] = [];
  let isLetIn = false;
  for (const caller of [...operators, ...others])
    for (let ask = 0; ask < asksEach; ask += 1) {
      const headers = world.headersOf(caller);
      const request = describedRequest(operation, { ...known, headers, isMutated: ask >= asksEach / 2 });
      const answer = await world.app.inject(request);
      judged(answer, request, `seed ${seed}: ${operation.operationId} by ${caller}`);
      statuses.push(answer.statusCode);
      if (operators.includes(caller)) isLetIn ||= isPastGate(answer, operation);
    }
  return { isLetIn, statuses };
};

const judged = (answer: LightMyRequestResponse, request: DescribedRequest, what: string) => {
  try {
    assert.ok(answer.statusCode < 500, `${answer.statusCode} ${answer.body.slice(0, 500)}`);
    // An answer to HEAD has no body to hold a code.
    if (request.method !== "HEAD") judgeAnswer(answer, request.url);
  } catch (cause) {
    throw new Error(`${what}: ${JSON.stringify(request).slice(0, 3_000)}`, { cause });
  }
};

const isPastGate = ({ statusCode, body }: LightMyRequestResponse, { security }: Operation): boolean => {
  if (body.includes('"route.')) return false;
  const isShut = [401, 403, 429].includes(statusCode) && !saidInside.some((code) => body.includes(`"${code}"`));
  return security.length === 0 || !isShut;
};
/** Refusals with a gate's status that are of what was sent, by somebody who was let in. */
const saidInside: readonly ErrorCode[] = ["session.wrong_password", "link.other_person"];

const shuffled = <Item>(items: readonly Item[], dice: Dice): readonly Item[] =>
  items
    .map((item) => ({ item, at: dice.below(1_000_000) }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ item }) => item);
