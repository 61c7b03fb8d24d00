import assert from "node:assert/strict";
import { accountId, noticeTargetId, secretName } from "#src/core/ids.ts";
import { type NoticeTarget, type OpenNotice, troubleKey } from "#src/core/notices/notice.ts";
import type { QueuedNotice } from "#src/ports/notice-store.ts";
import { noon } from "#test/support/an-event.ts";
import type { Guarantees } from "./guarantee.ts";

export const target: NoticeTarget = {
  id: noticeTargetId("notice_1"),
  accountId: accountId("main"),
  name: "on call",
  active: true,
  kinds: ["silence"],
  appId: null,
  to: { kind: "webhook", url: "https://ops.example/hook", secret: secretName("ops.key") },
};
const open: OpenNotice = {
  kind: "receiver_failing",
  subject: "north.example",
  appId: null,
  partnerId: null,
  detail: "it fails",
  since: noon,
  openedAt: noon,
  toldAt: noon,
};
const queued = (id: string, dueAt: number): QueuedNotice => {
  const { openedAt, toldAt: _, ...trouble } = open;
  return { id, targetId: target.id, notice: { phase: "opened", trouble, openedAt }, at: noon, tries: 0, dueAt };
};
const all = { now: noon + 1_000, limit: 10 };

export const noticeGuarantees: Guarantees = {
  "a target is there as it was put, until it is removed": async ({ notices }) => {
    await notices.putTarget(target);
    const changed: NoticeTarget = { ...target, kinds: "*", to: { kind: "mail", address: "ops@example.com" } };
    await notices.putTarget({ ...changed, id: noticeTargetId("notice_2") });
    await notices.putTarget(changed);
    assert.deepEqual(
      (await notices.targets()).toSorted((one, other) => (one.id < other.id ? -1 : 1)),
      [changed, { ...changed, id: "notice_2" }],
    );
    assert.equal(await notices.removeTarget(target.id), true);
    assert.equal(await notices.removeTarget(target.id), false);
    assert.equal((await notices.targets()).length, 1);
  },

  "what was told of is remembered until it is over": async ({ notices }) => {
    await notices.putOpen(open);
    await notices.putOpen({ ...open, toldAt: noon + 5 });
    assert.deepEqual(await notices.open(), [{ ...open, toldAt: noon + 5 }]);
    await notices.removeOpen("something else");
    await notices.removeOpen(troubleKey(open));
    assert.deepEqual(await notices.open(), []);
  },

  "what is due is told, the earliest first; what is queued twice is there once": async ({ notices }) => {
    await notices.queue([queued("b", noon + 2), queued("a", noon + 1), queued("later", noon + 5_000)]);
    await notices.queue([queued("a", noon + 3)]);
    assert.deepEqual(await notices.due(all), [queued("a", noon + 1), queued("b", noon + 2)]);
    assert.deepEqual(await notices.due({ ...all, limit: 1 }), [queued("a", noon + 1)]);
  },

  "what was not heard comes again, and what was heard does not": async ({ notices }) => {
    await notices.queue([queued("a", noon), queued("b", noon)]);
    await notices.putOff({ id: "a", tries: 1, dueAt: noon + 900 });
    await notices.unqueue("b");
    assert.deepEqual(await notices.due(all), [{ ...queued("a", noon + 900), tries: 1 }]);
    assert.deepEqual(await notices.due({ ...all, now: noon }), []);
  },

  "with a target goes what was still to be told to it": async ({ notices }) => {
    await notices.putTarget(target);
    await notices.queue([queued("a", noon), { ...queued("b", noon), targetId: noticeTargetId("notice_2") }]);
    await notices.removeTarget(target.id);
    assert.deepEqual(
      (await notices.due(all)).map(({ id }) => id),
      ["b"],
    );
  },
};
