import assert from "node:assert/strict";
import { test } from "node:test";
import { dayMs, noon } from "#test/support/an-event.ts";
import { judgeNotices } from "./judge-notices.ts";
import type { OpenNotice, Trouble } from "./notice.ts";

const minuteMs = 60_000;
const failing: Trouble = {
  kind: "receiver_failing",
  subject: "integration:com.example.game:north",
  appId: null,
  partnerId: null,
  detail: "it fails",
  since: noon,
};
const open: OpenNotice = { ...failing, openedAt: noon + 5 * minuteMs, toldAt: noon + 5 * minuteMs };
const everything = { hasReceiver: () => true, hasApp: () => true };
const judge = (now: number, troubles: readonly Trouble[], known: readonly OpenNotice[] = []) =>
  judgeNotices({ now, troubles, open: known, present: everything });

test("what mends itself in time is told to nobody", () => {
  assert.deepEqual(judge(noon + 4 * minuteMs, [failing]), { notices: [], open: [], closed: [] });
});

test("what lasts is told once, and again after a day", () => {
  const at = noon + 5 * minuteMs;
  assert.deepEqual(judge(at, [failing]), {
    notices: [{ phase: "opened", trouble: failing, openedAt: at }],
    open: [open],
    closed: [],
  });
  assert.deepEqual(judge(at + minuteMs, [failing], [open]), { notices: [], open: [], closed: [] });
  const later = judge(at + dayMs, [{ ...failing, since: at + dayMs - 1, detail: "it still fails" }], [open]);
  assert.deepEqual(later.notices, [
    { phase: "reminded", trouble: { ...failing, detail: "it still fails" }, openedAt: open.openedAt },
  ]);
  assert.deepEqual(later.open, [{ ...open, detail: "it still fails", toldAt: at + dayMs }]);
});

test("that it is over is told to those who were told of it", () => {
  const { notices, closed } = judge(noon + dayMs, [], [open]);
  const detail =
    "the receiver integration:com.example.game:north takes what it is sent again: its breaker is no longer open";
  assert.deepEqual(notices, [{ phase: "cleared", trouble: { ...failing, detail }, openedAt: open.openedAt }]);
  assert.deepEqual(closed, ["receiver_failing integration:com.example.game:north"]);
});

test("two troubles of one subject are two", () => {
  const paused: Trouble = { ...failing, kind: "receiver_paused", since: noon - dayMs };
  assert.equal(judge(noon + dayMs, [failing, paused]).notices.length, 2);
});

test("each kind says what is so now that it is over", () => {
  const overOf = (kind: Trouble["kind"], subject: string) =>
    judge(noon + dayMs, [], [{ ...open, kind, subject }]).notices[0]?.trouble.detail;
  assert.match(
    overOf("receiver_failing", "north.example:8080") ?? "",
    /^no breaker of the host north\.example:8080 is open/,
  );
  assert.match(overOf("receiver_paused", "partner north") ?? "", /^partner north is no longer paused/);
  assert.match(overOf("dead_growing", "com.example.game integration:north") ?? "", /^few of the postbacks/);
  assert.match(overOf("silence", "com.example.game") ?? "", /^com\.example\.game is no longer quiet/);
  assert.equal(overOf("intake_refusing", "server"), "intake takes events again");
  assert.match(overOf("secret_unset", "token for partner north") ?? "", /^token for partner north: it is set, or/);
});

test("what was removed does not take what it is sent again", () => {
  const overOf = (kind: Trouble["kind"], subject: string) =>
    judgeNotices({
      now: noon,
      troubles: [],
      open: [{ ...open, kind, subject }],
      present: { hasReceiver: () => false, hasApp: () => false },
    }).notices[0]?.trouble.detail;
  assert.match(overOf("receiver_failing", failing.subject) ?? "", /north is no longer in the catalog: nothing more/);
  assert.match(overOf("silence", "com.example.game") ?? "", /^com\.example\.game is switched off, or no longer in/);
});
