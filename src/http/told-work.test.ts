import assert from "node:assert/strict";
import { test } from "node:test";
import { aCatalog, aPartner, aTemplate } from "#test/support/a-catalog.ts";
import { accept, anEngine, postbacks } from "#test/support/an-engine.ts";
import { anEvent } from "#test/support/an-event.ts";
import { anHttpOver } from "#test/support/an-http.ts";
import type { ScriptedAnswer } from "#test/support/scripted-sender.ts";

const app_id = "com.example.game";
const filter = { app_id };
const identifiers = [{ kind: "user_id", value: "bob" }];

/** The trail takes `writes` acts that are told by themselves, and then no more, as if the process had ended. */
const start = async ({ writes, answer }: { readonly writes: number; readonly answer: ScriptedAnswer }) => {
  let left = writes;
  const under = await anEngine({
    catalog: aCatalog({ partners: [aPartner({ templates: [aTemplate({ url: "https://partner.example/v1" })] })] }),
    wrap: (storage) => ({
      ...storage,
      audit: {
        ...storage.audit,
        append: (acts) => {
          left -= 1;
          return left < 0 ? Promise.reject(new Error("the process has ended")) : storage.audit.append(acts);
        },
      },
    }),
  });
  under.sender.script(() => answer);
  await accept(under, [anEvent({ fields: { customer_user_id: "bob" } })]);
  const http = await anHttpOver(under);
  const told = async () => {
    const { items } = await under.storage.audit.find({}, { limit: 100, cursor: null });
    return items.toReversed().map(({ kind, verb, after }) => {
      const stage = JSON.parse(after ?? "{}").stage;
      return `${kind} ${verb}${stage === undefined ? "" : ` ${stage}`}`;
    });
  };
  const ask = (method: "POST" | "DELETE", url: string, payload: object = {}) => http.ask({ method, url, payload });
  const states = async () => (await postbacks(under)).map(({ state }) => state);
  return { under, ask, told, states };
};
const refused: ScriptedAnswer = { kind: "response", status: 400 };
const waits: ScriptedAnswer = { kind: "response", status: 503 };

test("replays, backfills and redeliveries are told with the deed, and not in a write after it", async () => {
  const { ask, told, states, under } = await start({ writes: 0, answer: refused });
  const asked = async (...question: Parameters<typeof ask>) => {
    const answer = await ask(...question);
    assert.ok(answer.statusCode < 300, answer.body);
    return answer.json();
  };
  for (const dry_run of [true, false]) {
    const replay = await asked("POST", "/v1/replays", { filter, rate_per_second: 1, dry_run });
    if (!dry_run) await asked("DELETE", `/v1/replays/${replay.id}`);
    const backfill = await asked("POST", "/v1/backfills", { filter, dry_run });
    await asked("DELETE", `/v1/backfills/${backfill.id}`);
    await asked("DELETE", `/v1/backfills/${backfill.id}`);
  }
  const [dead] = await postbacks(under, { state: "dead" });
  await asked("POST", `/v1/postbacks/${dead?.postback.id}/redeliver`, { render: "as_sent" });
  assert.deepEqual(await told(), [
    ...["replay started", "replay stopped", "backfill started", "backfill stopped", "postback redelivered"],
  ]);
  assert.equal((await states()).length, 2);
});

test("a stop that could not be saved is told when it is", async () => {
  const { ask, told, under } = await start({ writes: 0, answer: refused });
  const backfill = (await ask("POST", "/v1/backfills", { filter })).json();
  const put = under.storage.jobs.put;
  let isBroken = true;
  Object.assign(under.storage.jobs, {
    put: (...given: Parameters<typeof put>) => (isBroken ? Promise.reject(new Error("no room")) : put(...given)),
  });
  assert.equal((await ask("DELETE", `/v1/backfills/${backfill.id}`)).statusCode, 500);
  assert.deepEqual(await told(), ["backfill started"]);
  isBroken = false;
  await under.clock.turn(5_000);
  assert.deepEqual(await told(), ["backfill started", "backfill stopped"]);
});

test("what is done in several transactions is not done where it cannot be told before", async () => {
  const { ask, told, states, under } = await start({ writes: 0, answer: waits });
  const sent = under.sender.orders.length;
  const before = await postbacks(under);
  for (const [method, url, payload] of [
    ["POST", "/v1/postbacks/cancel", { filter, dry_run: false }],
    ["POST", "/v1/postbacks/rerender", { filter, dry_run: false }],
    ["DELETE", "/v1/users-data", { identifiers }],
    ["POST", "/v1/partners/examplenetwork_int/test", { app_id }],
  ] as const)
    assert.equal((await ask(method, url, payload)).statusCode, 500, url);
  assert.deepEqual(await told(), []);
  assert.deepEqual(await states(), ["pending"]);
  assert.deepEqual(await postbacks(under), before);
  assert.equal(under.sender.orders.length, sent);
});

test("a process that ends within a deed of several transactions leaves what it was about to do", async () => {
  for (const [method, url, payload, act] of [
    ["POST", "/v1/postbacks/cancel", { filter, dry_run: false }, "postback cancelled begun"],
    ["DELETE", "/v1/users-data", { identifiers }, "erasure erased begun"],
    ["POST", "/v1/partners/examplenetwork_int/test", { app_id }, "partner_test tested begun"],
  ] as const) {
    const { ask, told, states, under } = await start({ writes: 1, answer: waits });
    assert.equal((await ask(method, url, payload)).statusCode, 500, "its end cannot be told");
    assert.deepEqual(await told(), [act]);
    const isDone = url.endsWith("/test") ? under.sender.orders.length === 2 : (await states())[0] === "cancelled";
    assert.ok(isDone, `${url} is done, and told`);
  }
});

test("a deed that fails on its way is told as failed, and one that ends with what came of it", async () => {
  const { ask, told, under } = await start({ writes: 100, answer: waits });
  const cancel = () => ask("POST", "/v1/postbacks/cancel", { filter, dry_run: false });
  under.faults.failNext("cancel", "before_commit");
  assert.equal((await cancel()).statusCode, 500);
  assert.deepEqual(await told(), ["postback cancelled begun", "postback cancelled failed"]);
  assert.equal((await cancel()).json().cancelled, 1);
  const { items } = await under.storage.audit.find({}, { limit: 1, cursor: null });
  assert.deepEqual(JSON.parse(items[0]?.after ?? ""), { filter, cancelled: 1, stage: "done" });
});

test("an erasure that only counts was never begun", async () => {
  const { ask, told } = await start({ writes: 100, answer: waits });
  assert.equal((await ask("DELETE", "/v1/users-data?dry_run=true", { identifiers })).statusCode, 200);
  assert.deepEqual(await told(), []);
  assert.equal((await ask("DELETE", "/v1/users-data", { identifiers })).statusCode, 200);
  assert.deepEqual(await told(), ["erasure erased begun", "erasure erased done"]);
});
