import assert from "node:assert/strict";
import test from "node:test";
import { appId } from "#src/core/ids.ts";
import { aCatalog } from "#test/support/a-catalog.ts";
import { aMatch, aRecordedEvent, aSkip, network, otherNetwork } from "#test/support/a-recorded-event.ts";
import { accept, anEngine } from "#test/support/an-engine.ts";
import { anEvent } from "#test/support/an-event.ts";
import { anHttpOver, assertProblem } from "#test/support/an-http.ts";
import { seededChance } from "#test/support/seeded-chance.ts";
import { turnedClock } from "#test/support/turned-clock.ts";
import { nobody } from "./caller.ts";
import { feedObserver } from "./feed-messages.ts";
import { LiveFeed } from "./live-feed.ts";
import { scopeOf } from "./scope.ts";

/** Reads a stream until it holds the text. */
const readUntil = async (reader: ReadableStreamDefaultReader<Uint8Array>, wanted: RegExp): Promise<string> => {
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    text += decoder.decode(value, { stream: true });
    if (wanted.test(text)) return text;
    assert.ok(!done, `the stream ended without ${wanted}: ${text}`);
  }
};

const everything = scopeOf(aCatalog(), { ...nobody, role: "owner", isOperator: true }).looks;
const asOperator = { bounds: () => everything, isOperator: () => true, ended: () => null };

test("over HTTP a client hears of new events, their postbacks and refused requests, until the server stops", async () => {
  const clock = turnedClock();
  const feed = new LiveFeed({ clock, chance: seededChance(5) });
  const under = await anEngine({ clock, observer: feedObserver(feed) });
  const http = await anHttpOver({ ...under, feed });
  const url = await http.app.listen({ host: "127.0.0.1", port: 0 });
  const headers = { authorization: `Bearer ${http.keys.management}` };
  const answer = await fetch(`${url}/v1/stream?app_id=com.example.game`, { headers });
  const everything = await fetch(`${url}/v1/stream`, { headers });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get("content-type"), "text/event-stream; charset=utf-8");
  const reader = answer.body?.getReader() ?? assert.fail();
  const all = everything.body?.getReader() ?? assert.fail();
  const payload = [{ app_id: "com.example.game", event_name: "purchase" }];
  const sent = await http.ask({ method: "POST", url: "/v1/events", payload });
  const [id] = sent.json().ids;
  await clock.rest();
  const text = await readUntil(reader, /event: postback\n.*\n/);
  assert.match(text, new RegExp(`event: event\\ndata: \\{"id":"${id}","app_id":"com.example.game".*"matched":1`));
  assert.match(text, new RegExp(`"event_id":"${id}".*"state":"delivered".*"status":200`));
  assertProblem(await http.ask({ url: "/v1/postbacks/nothing" }), 404, "postback.not_found");
  const refused = await readUntil(all, /event: refused\n.*\n/);
  assert.match(refused, /"path":"\/v1\/postbacks\/{id}","status":404,"code":"postback.not_found","key":"an operator"/);
  await http.app.close();
  assert.match(await readUntil(reader, /event: dropped\n.*\n/), /shutting down/);
});

/** What takes a key's leave to watch, and the words that its stream ends with. */
const endings: Readonly<Record<string, { readonly end: (world: Ending) => Promise<unknown>; readonly words: RegExp }>> =
  {
    "is taken back": {
      end: ({ http, id }) => http.ask({ method: "DELETE", url: `/v1/keys/${id}` }),
      words: /the key is not known/,
    },
    "is rotated and its overlap over": {
      end: ({ http, id }) => http.ask({ method: "POST", url: `/v1/keys/${id}/rotate`, payload: { overlap: "0s" } }),
      words: /the key has ended/,
    },
    "has come to its end": { end: ({ http }) => http.clock.turn(60_000), words: /the key has ended/ },
  };
type Ending = { readonly http: Awaited<ReturnType<typeof anHttpOver>>; readonly id: string };

for (const [name, { end, words }] of Object.entries(endings))
  test(`a stream ends within a second when its key ${name}; another's goes on`, async () => {
    const clock = turnedClock();
    const feed = new LiveFeed({ clock, chance: seededChance(5) });
    const http = await anHttpOver({ ...(await anEngine({ clock })), clock, feed });
    const url = await http.app.listen({ host: "127.0.0.1", port: 0 });
    const open = async (key: string) => {
      const answer = await fetch(`${url}/v1/stream`, { headers: { authorization: `Bearer ${key}` } });
      return answer.body?.getReader() ?? assert.fail();
    };
    const expires = new Date(clock.now() + 30_000).toISOString();
    const payload = { kind: "management", name: "visitor", role: "viewer", expires_at: expires };
    const made = (await http.ask({ method: "POST", url: "/v1/keys", payload })).json();
    const [visitor, operator] = [await open(made.key), await open(http.keys.management)];
    await end({ http, id: made.id });
    await clock.turn(1_000);
    const text = await readUntil(visitor, /event: dropped\n.*\n/);
    assert.match(text, words);
    assert.equal((await visitor.read()).done, true, "the connection is closed");
    await clock.turn(1_000);
    assert.doesNotMatch(await readUntil(operator, /event: counters\n.*\n/), /dropped/);
    await http.app.close();
  });

test("a stream needs a management key, takes no strange parameters, and has a place for so many", async () => {
  const feed = new LiveFeed({ clock: turnedClock(), chance: seededChance(5) });
  const http = await anHttpOver({ ...(await anEngine()), feed });
  assertProblem(await http.app.inject({ url: "/v1/stream" }), 401, "auth.missing");
  assertProblem(await http.ask({ url: "/v1/stream?since=1" }), 400, "request.unknown_field");
  const sink = { write: () => {}, pendingBytes: () => 0, end: () => {}, cut: () => {} };
  for (let count = 0; count < 40; count += 1)
    assert.equal((await http.ask({ method: "HEAD", url: "/v1/stream" })).statusCode, 200);
  while (!feed.isFull) feed.watch(sink, { appId: appId("x"), lastEventId: null, ...asOperator });
  assertProblem(await http.ask({ url: "/v1/stream" }), 503, "stream.full");
});

test("an attempt whose postback is no longer its own is not told: its state is not what it says", async () => {
  const feed = new LiveFeed({ clock: turnedClock(), chance: seededChance(5) });
  const heard: string[] = [];
  feed.watch({ write: (text) => heard.push(text), pendingBytes: () => 0, end: () => {}, cut: () => {} }, everyApp);
  const observer = feedObserver(feed);
  const receipts: string[] = [];
  const under = await anEngine({
    observer: {
      attemptSettled: (postback, settlement) => {
        for (const kind of ["stale", "cancelled", "settled"] as const) {
          observer.attemptSettled(postback, settlement, { kind });
          receipts.push(kind);
        }
      },
    },
  });
  await accept(under, [anEvent()]);
  assert.deepEqual(receipts, ["stale", "cancelled", "settled"]);
  assert.equal(heard.filter((text) => text.includes("event: postback")).length, 1);
});

test("who sees an event and not all that became of it is told of its own part, at once and when it catches up", () => {
  const feed = new LiveFeed({ clock: turnedClock(), chance: seededChance(5) });
  const [heard, later, whole]: [string[], string[], string[]] = [[], [], []];
  const sinkOf = (texts: string[]) => ({
    write: (text: string) => void texts.push(text),
    pendingBytes: () => 0,
    end: () => {},
    cut: () => {},
  });
  const ownPart = (_app: string, target: string): boolean => target.startsWith(`integration:${network}/`);
  const agency = {
    ...everyApp,
    isOperator: () => false,
    bounds: () => ({ ...everyApp.bounds(), holdsTarget: ownPart }),
  };
  feed.watch(sinkOf(whole), everyApp);
  feed.watch(sinkOf(heard), agency);
  const decisions = [aMatch(), aMatch(otherNetwork), aSkip("condition_unmet", otherNetwork)];
  feedObserver(feed).eventRecorded(aRecordedEvent({ decisions }));
  feedObserver(feed).eventRecorded(aRecordedEvent({ decisions }));
  const first = /^id: (.+)$/m.exec(heard[1] ?? "")?.[1] ?? null;
  feed.watch(sinkOf(later), { ...agency, lastEventId: first });
  assert.match(whole[1] ?? "", /"matched":2,"skipped":\{"condition_unmet":1\}/);
  for (const told of [heard[1], later.find((text) => text.includes("event: event"))])
    assert.match(told ?? "", /"matched":1,"skipped":\{\}/);
});

const everyApp = { appId: null, lastEventId: null, ...asOperator };
