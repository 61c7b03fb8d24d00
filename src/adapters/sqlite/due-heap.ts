/** One lane of one receiver, as far as something waits in it. */
export type Lane = {
  readonly receiver: number;
  readonly lane: number;
  /** Postbacks that wait: live, and neither leased nor cancelled. */
  waiting: number;
  /** Cancelled by a mark, with their rows not written yet. */
  cancelled: number;
  /** When the first of them is due, or null where none waits. */
  due: number | null;
  /** Everything up to here in (due, postback) order is leased or cancelled: claims go on behind it. */
  passedDue: number;
  passedPostback: number;
  /** Place in the heap, or -1. */
  place: number;
};

/** Lanes in which something waits, the one due first on top. A lane may move at any time: `update` puts it right. */
export class DueHeap {
  readonly #lanes: Lane[] = [];

  update(lane: Lane): void {
    if (lane.due === null) {
      this.#remove(lane);
      return;
    }
    if (lane.place === -1) {
      lane.place = this.#lanes.length;
      this.#lanes.push(lane);
    }
    this.#rise(lane);
    this.#sink(lane);
  }

  /** Lanes due at or before `now`, those due longest first, until `take` says that it has enough. */
  visitDue(now: number, take: (lane: Lane) => boolean): void {
    const frontier: Lane[] = [];
    const open = (place: number): void => {
      const lane = this.#lanes[place];
      if (lane !== undefined && dueOf(lane) <= now) insertByDue(frontier, lane);
    };
    open(0);
    for (let lane = frontier.pop(); lane !== undefined; lane = frontier.pop()) {
      if (!take(lane)) return;
      open(2 * lane.place + 1);
      open(2 * lane.place + 2);
    }
  }

  /** The earliest due time after `now` of lanes that are not due yet. */
  firstAfter(now: number): number | null {
    let first: number | null = null;
    const look = (place: number): void => {
      const lane = this.#lanes[place];
      if (lane === undefined || (first !== null && dueOf(lane) >= first)) return;
      if (dueOf(lane) > now) {
        first = dueOf(lane);
        return;
      }
      look(2 * place + 1);
      look(2 * place + 2);
    };
    look(0);
    return first;
  }

  #remove(lane: Lane): void {
    const { place } = lane;
    if (place === -1) return;
    lane.place = -1;
    const last = this.#lanes.pop();
    if (last === undefined || last === lane) return;
    this.#put(last, place);
    this.#rise(last);
    this.#sink(last);
  }

  #rise(lane: Lane): void {
    while (lane.place > 0) {
      const { place } = lane;
      const parent = this.#lanes[(place - 1) >> 1];
      if (parent === undefined || dueOf(parent) <= dueOf(lane)) return;
      this.#put(parent, place);
      this.#put(lane, (place - 1) >> 1);
    }
  }

  #sink(lane: Lane): void {
    for (;;) {
      const { place } = lane;
      const left = this.#lanes[2 * place + 1];
      const right = this.#lanes[2 * place + 2];
      const child = right !== undefined && left !== undefined && dueOf(right) < dueOf(left) ? right : left;
      if (child === undefined || dueOf(child) >= dueOf(lane)) return;
      const below = child.place;
      this.#put(child, place);
      this.#put(lane, below);
    }
  }

  #put(lane: Lane, place: number): void {
    this.#lanes[place] = lane;
    lane.place = place;
  }
}

const dueOf = (lane: Lane): number => lane.due ?? Number.POSITIVE_INFINITY;

/** Keeps the frontier sorted, the lane due first at its end. */
const insertByDue = (frontier: Lane[], lane: Lane): void => {
  let low = 0;
  let high = frontier.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = frontier[middle];
    if (other !== undefined && dueOf(other) > dueOf(lane)) low = middle + 1;
    else high = middle;
  }
  frontier.splice(low, 0, lane);
};
