import assert from "node:assert/strict";
import { test } from "node:test";
import { type StreamMessage, watchStream } from "#test/support/a-stream-watcher.ts";
import { type CallerName, type SeveralAccounts, severalAccounts } from "#test/support/several-accounts.ts";

/** Sends one event, and answers its id. */
const send = async ({ app, headersOf }: SeveralAccounts, key: CallerName, fields: object): Promise<string> => {
  const person = { customer_user_id: "secret-person", advertising_id: "secret-device" };
  const payload = { event_name: "purchase", ...person, ...fields };
  const sent = await app.inject({ method: "POST", url: "/v1/events", payload, headers: headersOf(key) });
  assert.equal(sent.statusCode, 202, sent.body);
  return sent.json().ids[0];
};

/** A message in short, with the name of the event that it is about. */
const toldOf = ({ name, data }: StreamMessage, events: ReadonlyMap<unknown, string>): readonly string[] => {
  switch (name) {
    case "event":
      return [`event ${events.get(data["id"])} matched ${data["matched"]} ${JSON.stringify(data["skipped"])}`];
    case "postback":
      return [`postback ${events.get(data["event_id"])} to ${data["receiver_id"]}`];
    case "counters":
      return [`counters ${data["events"]} ${data["postbacks"]}${"in_flight" in data ? " of the server" : ""}`];
    default:
      return [];
  }
};

const own = 'event own matched 1 {"other_configurator":1,"trigger_unmet":1}';
const ofAgency = 'event ofAgency matched 1 {"other_configurator":1,"trigger_unmet":1}';
const ofRival = "event ofRival matched 1 {}";
const byOwner = "postback own to integration:com.acme.shop:net_int";
const byAgency = "postback ofAgency to integration:com.acme.shop:net_int:bright";
const byRival = "postback ofRival to integration:com.rival.game:shared_int";
const ofAcme = ["counters 2 2", ofAgency, own, byAgency, byOwner];

/** Each account's part of three events: acme's own, one of acme's that the agency brought, and one of the rival's. */
const heard: readonly (readonly [CallerName, readonly string[]])[] = [
  ["owner", ofAcme],
  ["viewer", ofAcme],
  ["viewer signed in", ofAcme],
  // Its own traffic, and of what became of it its own part alone.
  ["bright", ["counters 1 1", "event ofAgency matched 1 {}", byAgency]],
  ["viewer of bright", ["counters 1 1", "event ofAgency matched 1 {}", byAgency]],
  ["dim", ["counters 0 0"]],
  // What goes to it, whoever configured it; and no event.
  ["net", ["counters 0 2", byAgency, byOwner]],
  ["rival", ["counters 1 1", ofRival, byRival]],
  ["operator", ["counters 3 3 of the server", ofAgency, ofRival, own, byAgency, byRival, byOwner]],
];

test("each account hears of its own alone as it happens, and nobody of a person", async () => {
  const world = await severalAccounts();
  const url = await world.app.listen({ host: "127.0.0.1", port: 0 });
  const open = await Promise.all(heard.map(([caller]) => watchStream(url, { ...world.headersOf(caller) })));
  const events = new Map<unknown, string>([
    [await send(world, "ingest", { media_source: "net_int" }), "own"],
    [await send(world, "ingest", { media_source: "net_int", af_prt: "brightprt" }), "ofAgency"],
    [await send(world, "ingest of rival", { media_source: "shared_int" }), "ofRival"],
  ]);
  await world.clock.turn(1_000);
  for (const [place, [caller, wanted]] of heard.entries()) {
    const messages = (await open[place]?.until("counters")) ?? [];
    assert.deepEqual(messages.flatMap((message) => toldOf(message, events)).toSorted(), wanted, caller);
    assert.ok(!JSON.stringify(messages).includes("secret-"), `nothing of a person for ${caller}`);
  }
  await world.app.close();
});

test("of refused requests each hears of its own app's, the operator of all, and a partner of none", async () => {
  const world = await severalAccounts();
  const url = await world.app.listen({ host: "127.0.0.1", port: 0 });
  const callers = ["owner", "bright", "net", "rival", "operator"] as const;
  const open = await Promise.all(callers.map((caller) => watchStream(url, { ...world.headersOf(caller) })));
  const strange = { method: "POST", url: "/v1/events", payload: [{ event_type: "no such" }] } as const;
  for (const key of ["ingest", "ingest of rival", "nobody"] as const)
    await world.app.inject({ ...strange, headers: world.headersOf(key) });
  await world.clock.turn(1_000);
  const keys: (readonly unknown[])[] = [];
  for (const watcher of open) {
    const messages = await watcher.until("counters");
    keys.push(messages.filter(({ name }) => name === "refused").map(({ data }) => data["key"]));
  }
  const [ofShop, ofGame] = ["ingest of com.acme.shop", "ingest of com.rival.game"];
  assert.deepEqual(keys, [[ofShop], [], [], [ofGame], [ofShop, ofGame, null]]);
  await world.app.close();
});
