import { noticeTargetId } from "#src/core/ids.ts";
import { type NoticeTarget, type OpenNotice, troubleKey } from "#src/core/notices/notice.ts";
import type { NoticeStore, QueuedNotice } from "#src/ports/notice-store.ts";
import { type Ask, withActs } from "./config-stores.ts";
import type { FlatReader } from "./flat.ts";

/** Each row keeps its object as JSON: nothing but ids and times is ever asked for. */
export const noticeStore = ({ rows, change, changeTogether }: Ask): NoticeStore => ({
  targets: () => rows("noticeTargets", [], readTarget),
  putTarget: async (target, acts) => {
    await changeTogether(["putNoticeTarget", target.id, JSON.stringify(target)], withActs(acts));
  },
  removeTarget: async (id, acts) =>
    (await changeTogether(["removeNoticeTarget", id], [["removeNoticesOf", id], ...withActs(acts)])) > 0,
  open: () => rows("openNotices", [], readOpen),
  putOpen: async (notice) => {
    await change("putOpenNotice", troubleKey(notice), JSON.stringify(notice));
  },
  removeOpen: async (key) => {
    await change("removeOpenNotice", key);
  },
  queue: async (notices) => {
    await Promise.all(
      notices.map(({ id, targetId, notice, at, tries, dueAt }) =>
        change("queueNotice", id, targetId, at, tries, dueAt, JSON.stringify(notice)),
      ),
    );
  },
  due: ({ now, limit }) => rows("dueNotices", [now, limit], readQueued),
  putOff: async ({ id, tries, dueAt }) => {
    await change("putOffNotice", tries, dueAt, id);
  },
  unqueue: async (id) => {
    await change("unqueueNotice", id);
  },
});

const readTarget = (row: FlatReader): NoticeTarget => JSON.parse(row.text());
const readOpen = (row: FlatReader): OpenNotice => JSON.parse(row.text());

const readQueued = (row: FlatReader): QueuedNotice => ({
  id: row.text(),
  targetId: noticeTargetId(row.text()),
  at: row.number(),
  tries: row.number(),
  dueAt: row.number(),
  notice: JSON.parse(row.text()),
});
