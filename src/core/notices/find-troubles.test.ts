import assert from "node:assert/strict";
import { test } from "node:test";
import { accountId, appId, partnerId, ruleId } from "#src/core/ids.ts";
import { dayMs, hourMs, noon } from "#test/support/an-event.ts";
import { type EndCount, findTroubles, type HourSpan, type Standing } from "./find-troubles.ts";

const game = appId("com.example.game");
const well: Standing = {
  now: noon,
  apps: [game],
  breakers: [],
  pauses: [],
  ends: [],
  busyHours: new Map(),
  refusing: null,
  lackingSecrets: [],
};
const troublesOf = (parts: Partial<Standing>) => findTroubles({ ...well, ...parts });
const end = (hoursAgo: number, counted: Pick<EndCount, "measure" | "count" | "owner">): EndCount => ({
  at: noon - hoursAgo * hourMs,
  appId: game,
  ...counted,
});
const busy = (spans: readonly HourSpan[]): Partial<Standing> => ({ busyHours: new Map([[game, spans]]) });
const presentHour = noon / hourMs;
const kindsOf = (parts: Partial<Standing>) => troublesOf(parts).map(({ kind, subject }) => `${kind} ${subject}`);

test("a server that is well has no trouble", () => {
  assert.deepEqual(troublesOf({}), []);
});

test("a breaker of a receiver is its app's and its partner's trouble, one of a host is the server's; each says whether it is open still", () => {
  const since = noon - hourMs;
  const [receiver, rule, host, silent] = troublesOf({
    breakers: [
      { scope: "receiver", id: "integration:com.example.game:north", isOpen: true, since, lastBad: 500, waiting: 60 },
      { scope: "receiver", id: "rule:com.example.game:r1", isOpen: true, since, lastBad: null, waiting: 0 },
      { scope: "host", id: "north.example", isOpen: false, since, lastBad: "reset", waiting: 0 },
      { scope: "host", id: "south.example", isOpen: true, since, lastBad: "tls_failed", waiting: 3 },
    ],
  });
  assert.match(
    receiver?.detail ?? "",
    /sent: the last answer was 500, its breaker is open and holds the rest, 60 now,/,
  );
  assert.match(rule?.detail ?? "", /sent: its breaker is open/);
  assert.match(host?.detail ?? "", /takes it again/);
  assert.match(silent?.detail ?? "", /sent: no answer was heard \(tls_failed\), its breaker is open/);
  assert.deepEqual([receiver?.appId, receiver?.partnerId, receiver?.since], [game, "north", since]);
  assert.deepEqual([host?.subject, host?.appId, host?.partnerId], ["north.example", null, null]);
});

test("a pause is the trouble of what is paused", () => {
  const pause = (level: Standing["pauses"][number]["level"], id: string) => ({ level, id, since: noon, by: "ann" });
  const found = troublesOf({
    pauses: [
      pause("everything", ""),
      pause("app", "com.example.game"),
      pause("partner", "north"),
      pause("receiver", "rule:com.example.game:r1"),
    ],
  });
  assert.deepEqual(
    found.map(({ subject, appId: app, partnerId }) => [subject, app, partnerId]),
    [
      ["everything", null, null],
      ["app com.example.game", game, null],
      ["partner north", null, "north"],
      ["receiver rule:com.example.game:r1", game, null],
    ],
  );
  assert.match(found[0]?.detail ?? "", /paused by ann/);
});

test("dead postbacks are trouble when they are many, and many of what ended in the last two hours", () => {
  const north = "integration:north";
  const dying = (dead: number, delivered: number, hoursAgo = 0) =>
    kindsOf({
      ends: [
        end(hoursAgo, { measure: "dead", count: dead, owner: north }),
        end(hoursAgo, { measure: "delivered", count: delivered, owner: north }),
      ],
    });
  assert.deepEqual(dying(20, 100), ["dead_growing com.example.game integration:north"]);
  assert.deepEqual(dying(19, 0), [], "a handful is none");
  assert.deepEqual(dying(20, 1000), [], "few of many are none");
  assert.deepEqual(dying(20, 0, 3), [], "what is over is none");
  const [trouble] = troublesOf({
    ends: [1, 0].map((hoursAgo) => end(hoursAgo, { measure: "dead", count: 30, owner: north })),
  });
  assert.equal(trouble?.partnerId, "north");
  assert.match(trouble?.detail ?? "", /^60 of 60 postbacks/);
  const [ofRule] = troublesOf({ ends: [end(0, { measure: "dead", count: 30, owner: "rule:r1" })] });
  assert.deepEqual([ofRule?.appId, ofRule?.partnerId], [game, null]);
});

test("silence is measured by the app's own habit: quiet nights are none", () => {
  // Busy from 8 to 20 each day, until `hoursAgo` hours ago.
  const week = (hoursAgo: number): Partial<Standing> =>
    busy(
      Array.from({ length: 7 }, (_, index) => presentHour - 12 - (6 - index) * 24).flatMap((midnight) => {
        const last = Math.min(midnight + 19, presentHour - hoursAgo);
        return last < midnight + 8 ? [] : [{ first: midnight + 8, last }];
      }),
    );
  assert.deepEqual(kindsOf(week(0)), []);
  assert.deepEqual(kindsOf(week(17)), [], "since last evening");
  assert.deepEqual(kindsOf(week(40)), ["silence com.example.game"]);
  const [silence] = troublesOf(week(40));
  assert.match(silence?.detail ?? "", /no event of com\.example\.game for 40 hours; .* longer than 12$/);
  assert.ok((silence?.since ?? 0) < noon - dayMs);
});

test("an app that hardly ever reports has no habit that silence could break", () => {
  assert.deepEqual(
    kindsOf(busy([150, 100].map((hoursAgo) => ({ first: presentHour - hoursAgo, last: presentHour - hoursAgo })))),
    [],
  );
});

test("intake that refuses is the server's trouble", () => {
  const [trouble] = troublesOf({ refusing: { reason: "disk_full", since: noon - 5 } });
  assert.deepEqual([trouble?.kind, trouble?.subject, trouble?.since], ["intake_refusing", "server", noon - 5]);
  assert.match(trouble?.detail ?? "", /disk_full/);
});

test("a secret that is not set is the trouble of the app and the partner that need it, and says how it is set", () => {
  const use = { name: "token", owner: accountId("main"), appId: game, partnerId: partnerId("north"), ruleId: null };
  const ofRule = { ...use, partnerId: null, ruleId: ruleId("crashes") };
  const [first, second] = troublesOf({
    lackingSecrets: [
      { subject: "token for partner north", use, others: 2, since: noon },
      { subject: "token for rule com.example.game/crashes", use: ofRule, others: 0, since: noon },
    ],
  });
  assert.deepEqual(first, {
    kind: "secret_unset",
    subject: "token for partner north",
    appId: game,
    partnerId: "north",
    detail:
      "postbacks of partner north in app com.example.game and 2 more wait for the secret token, which is not set: `carom secrets set token`",
    since: noon,
  });
  assert.match(second?.detail ?? "", /^postbacks of rule crashes in app com\.example\.game wait for the secret token/);
});
