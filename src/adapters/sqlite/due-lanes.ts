import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { CancelMarks } from "./cancel-marks.ts";
import { integerAt, oneInteger, prepare, type Row } from "./columns.ts";
import { DueHeap, type Lane } from "./due-heap.ts";
import type { Leases } from "./leases.ts";

/** Rows that one claim or one look looks at, at most: leased and cancelled ones that stand in front are passed over in bounded steps. */
const rowsLookedAtMax = 1000;
const beginningOfTime = Number.MIN_SAFE_INTEGER;
const endOfTime = Number.MAX_SAFE_INTEGER;

/**
 * What waits, per receiver and lane, in memory: answering "who is due" walks lanes, not postbacks.
 * Truth is the table `live` with its index (receiver, lane, due); this is rebuilt from it at open.
 */
export class DueLanes {
  readonly #lanes = new Map<number, Lane>();
  readonly #heap = new DueHeap();
  readonly #touched = new Set<Lane>();
  readonly #leases: Leases;
  readonly #marks: CancelMarks;
  readonly #nextRows: StatementSync;
  readonly #dueAfter: StatementSync;
  readonly #countRows: StatementSync;
  readonly #countUnmarked: StatementSync;
  readonly #nextLane: StatementSync;

  constructor(database: DatabaseSync, leases: Leases, marks: CancelMarks) {
    this.#leases = leases;
    this.#marks = marks;
    this.#nextRows = prepare(
      database,
      `SELECT due, postback, since FROM live WHERE receiver = ? AND lane = ? AND (due, postback) > (?, ?) AND due <= ?
       ORDER BY due, postback LIMIT ?`,
    );
    this.#dueAfter = prepare(
      database,
      "SELECT due, postback, since FROM live WHERE receiver = ? AND lane = ? AND due > ? ORDER BY due, postback LIMIT ?",
    );
    this.#countUnmarked = prepare(database, "SELECT count(*) FROM live WHERE receiver = ? AND lane = ? AND since > ?");
    this.#countRows = prepare(database, "SELECT count(*) FROM live WHERE receiver = ? AND lane = ?");
    // One seek for each lane, over however many rows.
    this.#nextLane = prepare(
      database,
      "SELECT receiver, lane, due FROM live WHERE (receiver, lane) > (?, ?) ORDER BY receiver, lane, due LIMIT 1",
    );
    this.#load();
  }

  get waiting(): number {
    let waiting = 0;
    for (const lane of this.#lanes.values()) waiting += lane.waiting;
    return waiting;
  }

  lanes(): IterableIterator<Lane> {
    return this.#lanes.values();
  }

  visitDue(now: number, take: (lane: Lane) => boolean): void {
    this.#heap.visitDue(now, take);
  }

  nextDueAt(now: number): number | null {
    let next = this.#heap.firstAfter(now);
    this.#heap.visitDue(now, (lane) => {
      const later = this.#firstAfter(lane, now);
      if (later !== null && (next === null || later < next)) next = later;
      return true;
    });
    return next;
  }

  /** A postback waits that did not before. */
  add(receiver: number, laneNumber: number, at: { readonly due: number; readonly postback: number }): void {
    const lane = this.#laneOf(receiver, laneNumber);
    this.#touched.add(lane);
    lane.waiting += 1;
    if (at.due < lane.passedDue || (at.due === lane.passedDue && at.postback <= lane.passedPostback)) {
      lane.passedDue = at.due;
      lane.passedPostback = at.postback - 1;
    }
    if (lane.due !== null && lane.due <= at.due) return;
    lane.due = at.due;
    this.#heap.update(lane);
  }

  /** A postback that waited no longer does, by something else than a claim. Call it when its row is gone or marked. */
  remove(receiver: number, laneNumber: number, count = 1): void {
    const lane = this.#laneOf(receiver, laneNumber);
    this.#touched.add(lane);
    lane.waiting -= count;
    this.#findDue(lane);
  }

  /** Due postbacks of a lane that are free, the earliest due first, at most `count`; they are leased by the caller before anything else is asked. */
  take(receiver: number, laneNumber: number, ask: { readonly count: number; readonly now: number }): number[] {
    const lane = this.#lanes.get(laneKey(receiver, laneNumber));
    if (lane === undefined || lane.due === null || lane.due > ask.now) return [];
    this.#touched.add(lane);
    const taken: number[] = [];
    const { passedDue, passedPostback } = lane;
    for (const row of this.#nextRows.iterate(
      receiver,
      laneNumber,
      passedDue,
      passedPostback,
      ask.now,
      rowsLookedAtMax,
    )) {
      lane.passedDue = integerAt(row, 0);
      lane.passedPostback = integerAt(row, 1);
      if (this.#isFree(lane, row)) taken.push(integerAt(row, 1));
      if (taken.length === ask.count) break;
    }
    lane.waiting -= taken.length;
    return taken;
  }

  /** After the caller of `take` has leased what it got. */
  taken(receiver: number, laneNumber: number): void {
    const lane = this.#lanes.get(laneKey(receiver, laneNumber));
    if (lane !== undefined) this.#findDue(lane);
  }

  /** A receiver's mark was set: nothing of it that is there now waits any longer. Answers how many did. */
  clear(receiver: number): number {
    let cleared = 0;
    for (const laneNumber of [0, 1]) {
      const lane = this.#lanes.get(laneKey(receiver, laneNumber));
      if (lane === undefined) continue;
      cleared += lane.waiting;
      this.#touched.add(lane);
      lane.cancelled += lane.waiting;
      lane.waiting = 0;
      lane.due = null;
      this.#heap.update(lane);
    }
    return cleared;
  }

  /** A postback that a mark had cancelled has got its ending. */
  cancelledWritten(receiver: number, laneNumber: number): void {
    const lane = this.#laneOf(receiver, laneNumber);
    this.#touched.add(lane);
    lane.cancelled -= 1;
  }

  committed(): void {
    for (const lane of this.#touched) {
      if (lane.waiting === 0 && lane.cancelled === 0 && lane.due === null)
        this.#lanes.delete(laneKey(lane.receiver, lane.lane));
    }
    this.#touched.clear();
  }

  /** Call it when leases and marks have gone back. */
  rolledBack(): void {
    for (const lane of this.#touched) this.#recount(lane);
    this.#touched.clear();
  }

  #laneOf(receiver: number, laneNumber: number): Lane {
    const key = laneKey(receiver, laneNumber);
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    const lane: Lane = {
      receiver,
      lane: laneNumber,
      waiting: 0,
      cancelled: 0,
      due: null,
      passedDue: beginningOfTime,
      passedPostback: 0,
      place: -1,
    };
    this.#lanes.set(key, lane);
    return lane;
  }

  /**
   * The due time of the first free row behind what was passed. Where only leased or cancelled rows
   * were met within bounds, that of the last one looked at: a claim then goes on from there.
   */
  #findDue(lane: Lane): void {
    lane.due = null;
    if (lane.waiting > 0) {
      const { receiver, lane: laneNumber, passedDue, passedPostback } = lane;
      let looked = 0;
      for (const row of this.#nextRows.iterate(
        receiver,
        laneNumber,
        passedDue,
        passedPostback,
        endOfTime,
        rowsLookedAtMax,
      )) {
        looked += 1;
        const due = integerAt(row, 0);
        const isFree = this.#isFree(lane, row);
        if (isFree || looked === rowsLookedAtMax) lane.due = due;
        if (isFree) break;
        lane.passedDue = due;
        lane.passedPostback = integerAt(row, 1);
      }
    }
    this.#heap.update(lane);
  }

  /** Within a lane that is due already: the first free row due after `now`. */
  #firstAfter(lane: Lane, now: number): number | null {
    let last: number | null = null;
    for (const row of this.#dueAfter.iterate(lane.receiver, lane.lane, now, rowsLookedAtMax)) {
      if (this.#isFree(lane, row)) return integerAt(row, 0);
      last = integerAt(row, 0);
    }
    return last;
  }

  /** Of a row (due, postback, since). */
  #isFree(lane: Lane, row: Row): boolean {
    return !this.#leases.has(integerAt(row, 1)) && this.#marks.over(lane.receiver, integerAt(row, 2)) === null;
  }

  #recount(lane: Lane): void {
    lane.passedDue = beginningOfTime;
    lane.passedPostback = 0;
    this.#countRowsOf(lane);
    for (const [, lease] of this.#leases.entries()) {
      if (lease.owed !== null || lease.receiver !== lane.receiver || lease.lane !== lane.lane) continue;
      if (this.#marks.over(lease.receiver, lease.since) === null) lane.waiting -= 1;
      else lane.cancelled -= 1;
    }
    this.#findDue(lane);
  }

  #load(): void {
    let receiver = -1;
    let laneNumber = 0;
    for (;;) {
      const row = this.#nextLane.get(receiver, laneNumber);
      if (row === undefined) return;
      receiver = integerAt(row, 0);
      laneNumber = integerAt(row, 1);
      const lane = this.#laneOf(receiver, laneNumber);
      this.#countRowsOf(lane);
      this.#findDue(lane);
    }
  }

  #countRowsOf(lane: Lane): void {
    const rows = oneInteger(this.#countRows, lane.receiver, lane.lane) ?? 0;
    const upTo = this.#marks.upTo(lane.receiver);
    lane.waiting = upTo === null ? rows : (oneInteger(this.#countUnmarked, lane.receiver, lane.lane, upTo) ?? 0);
    lane.cancelled = rows - lane.waiting;
  }
}

const laneKey = (receiver: number, lane: number): number => receiver * 2 + lane;
