import type { NoticeTargetId } from "#src/core/ids.ts";
import type { Notice, NoticeTarget, OpenNotice } from "#src/core/notices/notice.ts";
import type { Act } from "./audit-trail.ts";

/** Where notices go, what people have been told of, and what is still to be told. */
export type NoticeStore = {
  readonly targets: () => Promise<readonly NoticeTarget[]>;
  readonly putTarget: (target: NoticeTarget, acts?: readonly Act[]) => Promise<void>;
  /** With what was still to be told to it; answers false when there was none. */
  readonly removeTarget: (id: NoticeTargetId, acts?: readonly Act[]) => Promise<boolean>;
  readonly open: () => Promise<readonly OpenNotice[]>;
  /** By its key, see `troubleKey`. */
  readonly putOpen: (notice: OpenNotice) => Promise<void>;
  readonly removeOpen: (key: string) => Promise<void>;
  /** Queues what is to be told; one that is queued already, by its id, stays as it is. */
  readonly queue: (notices: readonly QueuedNotice[]) => Promise<void>;
  /** Those due at or before `now`, the earliest first. */
  readonly due: (query: { readonly now: number; readonly limit: number }) => Promise<readonly QueuedNotice[]>;
  /** It was not heard: the next try is at `dueAt`. */
  readonly putOff: (tried: { readonly id: string; readonly tries: number; readonly dueAt: number }) => Promise<void>;
  /** It was heard, or is given up. */
  readonly unqueue: (id: string) => Promise<void>;
};

export type QueuedNotice = {
  /** The same for the same notice to the same target: what is queued twice is told once. */
  readonly id: string;
  readonly targetId: NoticeTargetId;
  readonly notice: Notice;
  readonly at: number;
  readonly tries: number;
  readonly dueAt: number;
};
