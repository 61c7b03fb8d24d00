import { troubleKey } from "#src/core/notices/notice.ts";
import type { NoticeStore } from "#src/ports/notice-store.ts";
import type { Commit } from "./commit.ts";

export const noticeStore = (commit: Commit): NoticeStore => ({
  targets: () => commit((tables) => [...tables.noticeTargets.values()]),
  putTarget: (target, acts = []) =>
    commit((tables) => {
      tables.acts.push(...acts);
      tables.noticeTargets.set(target.id, target);
    }),
  removeTarget: (id, acts = []) =>
    commit((tables) => {
      for (const queued of tables.queuedNotices.values())
        if (queued.targetId === id) tables.queuedNotices.delete(queued.id);
      const isRemoved = tables.noticeTargets.delete(id);
      if (isRemoved) tables.acts.push(...acts);
      return isRemoved;
    }),
  open: () => commit((tables) => [...tables.openNotices.values()]),
  putOpen: (notice) =>
    commit((tables) => {
      tables.openNotices.set(troubleKey(notice), notice);
    }),
  removeOpen: (key) =>
    commit((tables) => {
      tables.openNotices.delete(key);
    }),
  queue: (notices) =>
    commit((tables) => {
      for (const notice of notices)
        if (!tables.queuedNotices.has(notice.id)) tables.queuedNotices.set(notice.id, notice);
    }),
  due: ({ now, limit }) =>
    commit((tables) =>
      [...tables.queuedNotices.values()]
        .filter(({ dueAt }) => dueAt <= now)
        .sort((one, other) => one.dueAt - other.dueAt)
        .slice(0, limit),
    ),
  putOff: ({ id, tries, dueAt }) =>
    commit((tables) => {
      const queued = tables.queuedNotices.get(id);
      if (queued !== undefined) tables.queuedNotices.set(id, { ...queued, tries, dueAt });
    }),
  unqueue: (id) =>
    commit((tables) => {
      tables.queuedNotices.delete(id);
    }),
});
