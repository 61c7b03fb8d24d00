import assert from "node:assert/strict";
import test from "node:test";
import { type AppId, appId } from "#src/core/ids.ts";
import { aCatalog } from "#test/support/a-catalog.ts";
import { seededChance } from "#test/support/seeded-chance.ts";
import { turnedClock } from "#test/support/turned-clock.ts";
import { nobody } from "./caller.ts";
import { type FeedPlace, type FeedSink, LiveFeed } from "./live-feed.ts";
import { scopeOf } from "./scope.ts";

const game = appId("com.example.game");
const other = appId("com.example.other");

type Watching = { readonly sink: FeedSink; readonly texts: string[]; pending: number; ended: boolean; cuts: number };

const aSink = (): Watching => {
  const watching: Watching = {
    texts: [],
    pending: 0,
    ended: false,
    cuts: 0,
    sink: {
      write: (text) => {
        assert.ok(!watching.ended, "nothing is written after the last words");
        watching.texts.push(text);
      },
      pendingBytes: () => watching.pending,
      end: (text) => {
        watching.texts.push(text);
        watching.ended = true;
      },
      cut: () => {
        watching.cuts += 1;
      },
    },
  };
  return watching;
};
const start = () => {
  const clock = turnedClock();
  return { clock, feed: new LiveFeed({ clock, chance: seededChance(1) }) };
};
const everything = scopeOf(aCatalog(), { ...nobody, role: "owner", isOperator: true }).looks;
const asOperator = { bounds: () => everything, isOperator: () => true, ended: () => null };
const of = (app: AppId | null): FeedPlace => ({ appId: app, isSeen: () => true });
const all = { appId: null, ...asOperator, lastEventId: null };
const namesOf = ({ texts }: Watching): readonly string[] =>
  texts.flatMap((text) => [...text.matchAll(/^event: (\w+)$/gm)].map(([, name]) => name ?? ""));
const lastIdOf = ({ texts }: Watching): string =>
  /^id: (.+)$/m.exec(texts.findLast((text) => text.startsWith("id:")) ?? "")?.[1] ?? "";

test("who watches is told what happens, and counters once a second; who left is not", async () => {
  const { clock, feed } = start();
  const watching = aSink();
  const leave = feed.watch(watching.sink, all);
  feed.figures = () => ({ in_flight: 3 });
  feed.publish("event", of(game), () => ({ id: "one\ntwo" }));
  await clock.turn(1_000);
  assert.deepEqual(namesOf(watching), ["hello", "event", "counters"]);
  assert.match(watching.texts[1] ?? "", /^id: [0-9a-f]{8}-1\nevent: event\ndata: \{"id":"one\\ntwo"\}\n\n$/);
  assert.match(watching.texts[2] ?? "", /"events":1,"postbacks":0,"refused":0,"omitted":0,"in_flight":3/);
  leave();
  feed.publish("event", of(game), () => ({}));
  await clock.turn(5_000);
  assert.equal(watching.texts.length, 3);
});

test("who watches one app is told of no other, nor of what is of none", () => {
  const { feed } = start();
  const watching = aSink();
  feed.watch(watching.sink, { ...all, appId: game });
  feed.publish("event", of(other), () => ({}));
  feed.publish("refused", of(null), () => ({}));
  feed.publish("postback", of(game), () => ({}));
  assert.deepEqual(namesOf(watching), ["hello", "postback"]);
});

test("while nobody watches nothing is put into words", async () => {
  const { clock, feed } = start();
  const told = (): object => assert.fail("nobody is there to hear it");
  feed.publish("event", of(game), told);
  feed.watch(aSink().sink, all)();
  await clock.turn(61_000);
  feed.publish("event", of(game), told);
  assert.equal(clock.waiting(), 0);
});

test("a client that comes back is told what it missed, or that it is no longer remembered", async () => {
  const { clock, feed } = start();
  const first = aSink();
  const leave = feed.watch(first.sink, all);
  feed.publish("event", of(game), () => ({ number: 1 }));
  leave();
  feed.publish("event", of(game), () => ({ number: 2 }));
  feed.publish("event", of(other), () => ({ number: 3 }));
  const back = aSink();
  feed.watch(back.sink, { appId: game, lastEventId: lastIdOf(first), ...asOperator });
  assert.deepEqual(namesOf(back), ["hello", "event"]);
  assert.match(back.texts[1] ?? "", /"number":2/);
  for (const lastEventId of ["ffffffff-1", "nonsense", `${lastIdOf(first).split("-")[0]}--5`]) {
    const late = aSink();
    feed.watch(late.sink, { ...all, lastEventId });
    assert.deepEqual(namesOf(late), ["hello", "gap"], lastEventId);
  }
  await clock.turn(0);
});

test("who comes back after nothing was remembered is told of a gap", async () => {
  const { clock, feed } = start();
  const early = aSink();
  const leave = feed.watch(early.sink, all);
  feed.publish("event", of(game), () => ({ n: 1 }));
  leave();
  await clock.turn(120_000);
  feed.publish("event", of(game), () => ({ n: 2 }));
  const late = aSink();
  feed.watch(late.sink, { appId: null, ...asOperator, lastEventId: lastIdOf(early) });
  assert.deepEqual(namesOf(late), ["hello", "gap"]);
});

test("who missed more than may be told at once is told of a gap, and is not dropped for it", async () => {
  const { clock, feed } = start();
  const early = aSink();
  feed.watch(early.sink, all);
  for (let round = 0; round < 2; round += 1) {
    for (let place = 0; place < 400; place += 1) feed.publish("event", of(game), () => ({ text: "x".repeat(500) }));
    await clock.turn(1_000);
  }
  // A connection that holds what is written until the next turn, as Node's do.
  const late = aSink();
  const { write } = late.sink;
  const corked: FeedSink = {
    ...late.sink,
    write: (text) => {
      write(text);
      late.pending += text.length;
    },
  };
  const [, first = ""] = /^id: (.+)$/m.exec(early.texts[1] ?? "") ?? [];
  feed.watch(corked, { appId: null, ...asOperator, lastEventId: first });
  assert.deepEqual([namesOf(late), late.ended], [["hello", "gap"], false]);
});

test("what is remembered is bounded, and what is older is a gap", async () => {
  const { clock, feed } = start();
  const first = aSink();
  feed.watch(first.sink, all);
  feed.publish("event", of(game), () => ({}));
  const early = lastIdOf(first);
  for (let second = 0; second < 3; second += 1) {
    for (let count = 0; count < 500; count += 1) feed.publish("event", of(game), () => ({}));
    await clock.turn(1_000);
  }
  const late = aSink();
  feed.watch(late.sink, { ...all, lastEventId: early });
  assert.deepEqual(namesOf(late), ["hello", "gap"]);
});

test("more in a second than may be told one by one is counted", async () => {
  const { clock, feed } = start();
  const watching = aSink();
  feed.watch(watching.sink, all);
  for (let count = 0; count < 700; count += 1) feed.publish("event", of(game), () => ({}));
  await clock.turn(1_000);
  assert.equal(namesOf(watching).filter((name) => name === "event").length, 500);
  assert.match(watching.texts.at(-1) ?? "", /"events":700,.*"omitted":200/);
});

test("a client that does not read is dropped with words, and no other with it", () => {
  const { feed } = start();
  const slow = aSink();
  const quick = aSink();
  feed.watch(slow.sink, all);
  feed.watch(quick.sink, all);
  slow.pending = 300 * 1024;
  feed.publish("event", of(game), () => ({}));
  feed.publish("event", of(game), () => ({}));
  assert.deepEqual(namesOf(slow), ["hello", "dropped"]);
  assert.ok(slow.ended && /does not read/.test(slow.texts[1] ?? ""));
  assert.deepEqual(namesOf(quick), ["hello", "event", "event"]);
});

test("so many watch at once and no more, and the end of the process ends them all", () => {
  const { feed } = start();
  const watching = Array.from({ length: 32 }, aSink);
  const gone = watching.map(({ sink }) => feed.watch(sink, all));
  assert.ok(feed.isFull);
  feed.end();
  assert.ok(watching.every(({ ended }) => ended));
  for (const leave of gone) leave();
  assert.ok(!feed.isFull);
});

test("a dropped client keeps its place until it has gone, and is cut when it does not take its last words", async () => {
  const { clock, feed } = start();
  const [taking, stuck] = [aSink(), aSink()];
  const takingGone = feed.watch(taking.sink, all);
  const stuckGone = feed.watch(stuck.sink, all);
  while (!feed.isFull) feed.watch(aSink().sink, all);
  for (const slow of [taking, stuck]) slow.pending = 1024 * 1024;
  feed.publish("event", of(game), () => ({}));
  assert.deepEqual([taking.ended, stuck.ended, feed.isFull], [true, true, true]);
  takingGone();
  assert.equal(feed.isFull, false);
  await clock.turn(5_000);
  assert.deepEqual([taking.cuts, stuck.cuts], [0, 1]);
  stuckGone();
});
