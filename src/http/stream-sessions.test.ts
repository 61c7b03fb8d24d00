import assert from "node:assert/strict";
import { test } from "node:test";
import { aPerson } from "#test/support/a-person.ts";
import { watchStream } from "#test/support/a-stream-watcher.ts";
import { anEngine } from "#test/support/an-engine.ts";
import { anHttpOver } from "#test/support/an-http.ts";
import { seededChance } from "#test/support/seeded-chance.ts";
import { turnedClock } from "#test/support/turned-clock.ts";
import { LiveFeed } from "./live-feed.ts";

/** A session here ends after an hour without any request. */
const halfAnHour = 1_800_000;

const aWorld = async () => {
  const clock = turnedClock();
  const feed = new LiveFeed({ clock, chance: seededChance(5) });
  const http = await anHttpOver({ ...(await anEngine({ clock })), clock, feed });
  const ada = await aPerson(http, { role: "viewer" });
  const url = await http.app.listen({ host: "127.0.0.1", port: 0 });
  const [{ id }] = (await http.ask({ url: "/v1/users" })).json().data;
  const watch = (headers: Readonly<Record<string, string>> = {}) =>
    watchStream(url, { cookie: ada.cookie() ?? assert.fail(), ...headers });
  return { clock, http, ada, id, watch };
};
type World = Awaited<ReturnType<typeof aWorld>>;

test("an open stream keeps no session from being idle: it ends when its session does", async () => {
  const { clock, http, watch } = await aWorld();
  const watcher = await watch();
  clock.jump(halfAnHour);
  await clock.turn(1_000);
  await watcher.until("counters");
  clock.jump(halfAnHour);
  await clock.turn(1_000);
  const [dropped] = (await watcher.until("dropped")).slice(-1);
  assert.match(String(dropped?.data["message"]), /the session has ended/);
  assert.ok(await watcher.isOver());
  await http.app.close();
});

test("a browser that takes its stream up again, whether it was told anything or not, has not asked for anything", async () => {
  for (const headers of [{}, { "last-event-id": "00000000-1" }]) {
    const { clock, http, ada, watch } = await aWorld();
    clock.jump(halfAnHour);
    const taken = await watch(headers);
    clock.jump(halfAnHour);
    assert.equal((await ada.ask({ url: "/v1/session" })).statusCode, 401);
    await clock.turn(1_000);
    await taken.until("dropped");
    await http.app.close();
  }
});

test("whoever asks for anything else keeps the session, and the stream with it", async () => {
  const { clock, http, ada, watch } = await aWorld();
  const watcher = await watch();
  for (let times = 0; times < 4; times += 1) {
    clock.jump(halfAnHour);
    assert.equal((await ada.ask({ url: "/v1/postbacks" })).statusCode, 200);
  }
  await clock.turn(1_000);
  assert.deepEqual(new Set((await watcher.until("counters")).map(({ name }) => name)), new Set(["hello", "counters"]));
  await http.app.close();
});

/** What takes a person's leave to watch, and the words that their stream ends with. */
const endings: Readonly<Record<string, (world: World) => Promise<{ readonly statusCode: number }>>> = {
  "signs out": ({ ada }) => ada.ask({ method: "DELETE", url: "/v1/session" }),
  "is shut out": ({ http, id }) => http.ask({ method: "PATCH", url: `/v1/users/${id}`, payload: { disabled: true } }),
  "is taken out of the account": ({ http, id }) => http.ask({ method: "DELETE", url: `/v1/users/${id}` }),
};

for (const [name, end] of Object.entries(endings))
  test(`a stream ends within a second when who watches ${name}`, async () => {
    const world = await aWorld();
    const watcher = await world.watch();
    assert.equal((await end(world)).statusCode, 200);
    await world.clock.turn(1_000);
    const [dropped] = (await watcher.until("dropped")).slice(-1);
    assert.match(String(dropped?.data["message"]), /the session has ended/);
    assert.ok(await watcher.isOver());
    await world.http.app.close();
  });

test("whoever is an operator no more hears no more of what the whole server does", async () => {
  const { clock, http, id, watch } = await aWorld();
  const owner = await http.ask({ method: "PATCH", url: `/v1/users/${id}`, payload: { role: "admin" } });
  assert.equal(owner.statusCode, 200, owner.body);
  const watcher = await watch();
  await clock.turn(1_000);
  const [first] = (await watcher.until("counters")).slice(-1);
  assert.ok("in_flight" in (first?.data ?? {}));
  await http.ask({ method: "PATCH", url: `/v1/users/${id}`, payload: { role: "viewer" } });
  await clock.turn(1_000);
  const [next] = (await watcher.until("counters")).slice(-1);
  assert.ok(!("in_flight" in (next?.data ?? {})));
  await http.app.close();
});
