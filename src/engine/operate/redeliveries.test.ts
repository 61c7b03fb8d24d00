import assert from "node:assert/strict";
import { test } from "node:test";
import { postbackId } from "#src/core/ids.ts";
import {
  aCatalog,
  aGrant,
  aMapping,
  anAccount,
  anApp,
  anIntegration,
  aPartner,
  aTemplate,
} from "#test/support/a-catalog.ts";
import { accept, anEngine, type EngineUnderTest, postbacks } from "#test/support/an-engine.ts";
import { anEvent } from "#test/support/an-event.ts";

const ofVersion = (version: string) =>
  aCatalog({
    partners: [aPartner({ templates: [aTemplate({ url: `https://partner.example/${version}?e=(event_name)` })] })],
  });
const change = ({ engine }: EngineUnderTest, catalog: ReturnType<typeof aCatalog>) =>
  engine.catalog.change({ catalog, by: "local", expected: null, dryRun: false });

async function aDeadPostback(under: EngineUnderTest) {
  under.sender.script(() => ({ kind: "response", status: 400 }));
  await accept(under, [anEvent()]);
  under.sender.script(() => ({ kind: "response", status: 200 }));
  const [dead] = await postbacks(under, { state: "dead" });
  assert.ok(dead !== undefined);
  return dead;
}

test("redelivered as sent, the same request goes out under an id of its own", async () => {
  const under = await anEngine({ catalog: ofVersion("v1") });
  const dead = await aDeadPostback(under);
  await change(under, ofVersion("v2"));
  const redelivered = await under.engine.redeliver(dead.postback.id, "as_sent");
  assert.equal(redelivered.kind, "made");
  assert.equal(redelivered.id, `${dead.postback.id}-1`);
  assert.deepEqual(redelivered.after, dead.request);
  await under.clock.rest();
  assert.equal(under.sender.orders.at(-1)?.request.url, "https://partner.example/v1?e=purchase");
  assert.deepEqual(under.sender.orders.at(-1)?.headers[1], redelivered.id);
  assert.equal((await postbacks(under, { state: "dead" })).length, 1, "the old one stays as it ended");
});

test("two redeliveries of one postback at once are two postbacks, each with a number of its own", async () => {
  const under = await anEngine({ catalog: ofVersion("v1") });
  const dead = await aDeadPostback(under);
  const made = await Promise.all([1, 2, 3].map(() => under.engine.redeliver(dead.postback.id, "as_sent")));
  assert.deepEqual(
    made.map((redelivered) => redelivered.kind === "made" && redelivered.id),
    [1, 2, 3].map((number) => `${dead.postback.id}-${number}`),
  );
});

test("redelivered as rendered today, both requests are told", async () => {
  const under = await anEngine({ catalog: ofVersion("v1") });
  const dead = await aDeadPostback(under);
  await change(under, ofVersion("v2"));
  const redelivered = await under.engine.redeliver(dead.postback.id, "current");
  assert.equal(redelivered.kind, "made");
  assert.equal(redelivered.before.url, "https://partner.example/v1?e=purchase");
  assert.equal(redelivered.after.url, "https://partner.example/v2?e=purchase");
  await under.clock.rest();
  assert.equal(under.sender.orders.at(-1)?.request.url, redelivered.after.url);
});

test("rendered today, the request names the redelivery's own id; as sent it is the same byte for byte", async () => {
  const under = await anEngine({ catalog: ofVersion("v1?id=(postback_id)&rest=") });
  const dead = await aDeadPostback(under);
  const rendered = await under.engine.redeliver(dead.postback.id, "current");
  assert.equal(rendered.kind, "made");
  assert.equal(new URL(rendered.after.url).searchParams.get("id"), rendered.id);
  const asSent = await under.engine.redeliver(dead.postback.id, "as_sent");
  assert.equal(asSent.kind, "made");
  assert.equal(asSent.after.url, dead.request.url);
  await under.clock.rest();
  assert.equal(under.sender.orders.at(-1)?.headers[1], asSent.id);
});

test("each redelivery has the next number, of a redelivery too", async () => {
  const under = await anEngine();
  const dead = await aDeadPostback(under);
  const ids: string[] = [];
  let from = dead.postback.id;
  for (let times = 0; times < 3; times += 1) {
    const redelivered = await under.engine.redeliver(from, "as_sent");
    assert.equal(redelivered.kind, "made");
    ids.push(redelivered.id);
    from = redelivered.id;
  }
  assert.deepEqual(
    ids,
    [1, 2, 3].map((number) => `${dead.postback.id}-${number}`),
  );
});

test("where today's catalog makes no postback of it, the reason is told and nothing is made", async () => {
  const under = await anEngine();
  const dead = await aDeadPostback(under);
  await change(under, aCatalog({ apps: [anApp({ integrations: [anIntegration({ active: false })] })] }));
  assert.deepEqual(await under.engine.redeliver(dead.postback.id, "current"), {
    kind: "no_match",
    reason: "integration_inactive",
  });
  await change(under, aCatalog({ apps: [anApp({ integrations: [] })] }));
  assert.deepEqual(await under.engine.redeliver(dead.postback.id, "as_sent"), {
    kind: "no_match",
    reason: "integration_removed",
  });
  assert.equal((await postbacks(under)).length, 1);
});

test("nothing is redelivered for an agency whose grant was taken back", async () => {
  const agency = anIntegration({ configurator: "agency", mappings: [aMapping({ id: "m-agency" })] });
  const granted = (grants: readonly ReturnType<typeof aGrant>[]) =>
    aCatalog({ accounts: [anAccount()], apps: [anApp({ integrations: [agency], grants })] });
  const under = await anEngine({ catalog: granted([aGrant()]) });
  under.sender.script(() => ({ kind: "response", status: 400 }));
  await accept(under, [anEvent({ fields: { af_prt: "agencyprt" } })]);
  const [dead] = await postbacks(under, { state: "dead" });
  assert.ok(dead !== undefined);
  await change(under, granted([]));
  const reasonOf = async (render: "as_sent" | "current") => {
    const redelivered = await under.engine.redeliver(dead.postback.id, render);
    return redelivered.kind === "no_match" ? redelivered.reason : redelivered.kind;
  };
  assert.deepEqual([await reasonOf("as_sent"), await reasonOf("current")], ["grant_revoked", "not_granted"]);
  await change(under, granted([aGrant()]));
  assert.equal(await reasonOf("as_sent"), "made");
});

test("a postback that is not known is not redelivered", async () => {
  const { engine } = await anEngine();
  assert.deepEqual(await engine.redeliver(postbackId("unknown"), "as_sent"), { kind: "unknown" });
});

test("what could not be rendered is redelivered as rendered today, and never as it was sent", async () => {
  const under = await anEngine({ catalog: ofVersion("v1?long=(event_value)") });
  await accept(under, [anEvent({ value: { text: "x".repeat(20_000) } })]);
  const [dead] = await postbacks(under, { state: "dead" });
  assert.ok(dead !== undefined);
  const asSent = await under.engine.redeliver(dead.postback.id, "as_sent");
  assert.deepEqual(asSent, { kind: "no_match", reason: "render_error" });
  assert.deepEqual(await under.engine.redeliver(dead.postback.id, "current"), asSent);
  await change(under, ofVersion("v2"));
  assert.equal((await under.engine.redeliver(dead.postback.id, "current")).kind, "made");
});
