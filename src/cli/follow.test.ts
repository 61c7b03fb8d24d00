import assert from "node:assert/strict";
import { test } from "node:test";
import type { PostbackWire } from "#src/contract/postback-wire.ts";
import { anAttemptWire, aPostbackWire } from "#test/support/a-postback-wire.ts";
import { recordedTerminal } from "#test/support/recorded-terminal.ts";
import { openFollower } from "./follow.ts";
import { followLine } from "./follow-lines.ts";
import type { ServerConnection } from "./server-connection.ts";

const everything = { app_id: null, partner_id: "north" };
const waiting = (id: string, parts: Partial<PostbackWire> = {}): PostbackWire =>
  aPostbackWire({ id, state: "pending", attempts: 0, attempt_log: [], ended_at: null, last_status: null, ...parts });

/** A server that has these postbacks, the newest last. */
const serverOf = (postbacks: Map<string, PostbackWire>): ServerConnection => {
  const answer = (body: object) => ({ status: 200, headers: {}, text: JSON.stringify(body) });
  return {
    name: "test",
    close: () => {},
    request: async ({ path, query }) => {
      const id = /^\/v1\/postbacks\/(.+)$/.exec(path)?.[1];
      if (id !== undefined) return answer(postbacks.get(id) ?? {});
      const newest = [...postbacks.values()].reverse();
      const from = Number(query?.["cursor"] ?? 0);
      const data = newest.slice(from, from + Number(query?.["limit"])).map((postback) => {
        const { request: _request, render_message: _message, attempt_log: _log, ...summary } = postback;
        return summary;
      });
      const next = from + data.length;
      return answer({ data, next_cursor: next < newest.length ? String(next) : null });
    },
  };
};
const idsOf = async (follower: ReturnType<typeof openFollower>): Promise<readonly string[]> => {
  const news = await follower.look();
  assert.ok(Array.isArray(news));
  return news.map((followed) => (followed.kind === "postback" ? followed.postback.id : followed.event.id));
};

test("however many postbacks wait, a new one and the ending of an old one are seen", async () => {
  const postbacks = new Map(Array.from({ length: 450 }, (_, index) => [`w${index}`, waiting(`w${index}`)]));
  const follower = openFollower(serverOf(postbacks), everything, 100);
  assert.deepEqual(await idsOf(follower), []);
  for (const id of ["a", "b", "c"]) {
    for (let more = 0; more < 120; more += 1) postbacks.set(`${id}${more}`, waiting(`${id}${more}`));
    assert.deepEqual(await idsOf(follower), []);
  }
  postbacks.set("new", aPostbackWire({ id: "new" }));
  assert.deepEqual(await idsOf(follower), ["new"]);
  postbacks.set("a7", aPostbackWire({ id: "a7" }));
  const seen: string[] = [];
  for (let looks = 0; looks < 3; looks += 1) seen.push(...(await idsOf(follower)));
  assert.deepEqual(seen, ["a7"]);
});

test("a postback that is held is news, once for what holds it", async () => {
  const held = { reason: "paused", by: "partner north", until: null } as const;
  const postbacks = new Map([["p", waiting("p", { held })]]);
  const follower = openFollower(serverOf(postbacks), everything, 10);
  const news = await follower.look();
  assert.ok(Array.isArray(news) && news.length === 1);
  assert.match(
    followLine(news[0], recordedTerminal()),
    / held +north paused: partner north GET https:\/\/north\.example/,
  );
  assert.deepEqual(await idsOf(follower), []);
  postbacks.set("p", waiting("p"));
  assert.deepEqual(await idsOf(follower), []);
  postbacks.set("p", waiting("p", { held }));
  assert.deepEqual(await idsOf(follower), [], "a breaker that lets a probe go and opens again says nothing new");
  postbacks.set("p", aPostbackWire({ id: "p" }));
  assert.deepEqual(await idsOf(follower), ["p"]);
});

test("what happened is told in the order in which it happened", async () => {
  const at = (started_at: string) => ({ attempt_log: [anAttemptWire({ started_at })] });
  const postbacks = new Map([
    ["late", aPostbackWire({ id: "late", ...at("2026-01-14T12:00:09.000Z") })],
    ["early", aPostbackWire({ id: "early", ...at("2026-01-14T12:00:01.000Z") })],
  ]);
  assert.deepEqual(await idsOf(openFollower(serverOf(postbacks), everything, 10)), ["early", "late"]);
});

test("an address that the guard refuses is told with what allows it", () => {
  const fault = {
    code: "address_refused",
    message: "10.0.0.1 is refused: private; CAROM_ALLOWED_NETWORKS names",
  } as const;
  const postback = waiting("p", { attempts: 1, attempt_log: [anAttemptWire({ response: null, fault })] });
  const line = followLine({ kind: "postback", postback }, recordedTerminal());
  assert.match(
    line,
    /waiting +north address_refused \(10\.0\.0\.1 is refused: private; CAROM_ALLOWED_NETWORKS names\) in 25 ms/,
  );
});
