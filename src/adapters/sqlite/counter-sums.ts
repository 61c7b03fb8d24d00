import { bucketOf, counterOwnerOf, placeOfReceiver } from "#src/ports/counters.ts";
import { CountedBody, type CountedEnd, type CountedEvent, type Counts, readCountedBody } from "./counted-body.ts";
import { type CountedDecisions, nothingCounted, type SharedDecisions } from "./decision-sums.ts";
import { codeOfDecision, targetOfDecision } from "./decisions-text.ts";

/** Of one app, event name and hour. Decisions are by the number of their name. */
type EventSum = {
  readonly hour: number;
  readonly name: string;
  accepted: number;
  duplicates: number;
  /** What was counted last, and how often: of equal events in a row it is taken apart once, or never. */
  last: CountedDecisions;
  lastTimes: number;
  /** What was counted before, if anything else was. */
  counts: Map<number, number> | null;
  /** How often a list is shared, less what is another decision in `counts`. */
  shared: Map<SharedDecisions, number> | null;
};

/** Of one receiver, event name, hour and measure; deliveries by the bound of their latency. */
type EndSum = {
  readonly hour: number;
  readonly name: string;
  readonly measure: string;
  count: number;
  readonly latencies: number[];
};

/** What `CounterRows` has for a row of `counter` of either grain; latencies have no day, and hours no names. */
export type CounterAddition = {
  readonly hour: number;
  readonly app: string;
  readonly owner: string;
  readonly name: string;
  readonly measure: string;
  readonly count: number;
};

/**
 * Counts in memory, by keys that are numbers or come again: a text that comes once would go into V8's
 * table of strings, and that for each event cost more than the counting.
 */
export class CounterSums {
  readonly #events = new Map<number, EventSum[]>();
  readonly #ends = new Map<number, EndSum[]>();
  /** Sums that are held, and the oldest hour of them. */
  size = 0;
  oldestHour = Number.POSITIVE_INFINITY;

  countEvent(
    event: { readonly at: number; readonly app: number; readonly name: string },
    what: "accepted" | "duplicate" | "",
    decisions: CountedDecisions,
  ): void {
    const sum = this.#eventSum(event.app, bucketOf("hour", event.at), event.name);
    if (what === "accepted") sum.accepted += 1;
    else if (what === "duplicate") sum.duplicates += 1;
    if (decisions === nothingCounted) return;
    if (decisions !== sum.last) {
      takeApart(sum);
      sum.last = decisions;
    }
    sum.lastTimes += 1;
  }

  /** `latencyBound` of a delivery. */
  countEnd(
    ended: { readonly at: number; readonly receiver: number; readonly name: string; readonly measure: string },
    latencyBound: number | null,
  ): void {
    const { receiver, name, measure } = ended;
    const sum = this.#endSum(receiver, { hour: bucketOf("hour", ended.at), name, measure });
    sum.count += 1;
    if (latencyBound !== null) addPair(sum.latencies, latencyBound, 1);
  }

  clear(): void {
    this.#events.clear();
    this.#ends.clear();
    this.size = 0;
    this.oldestHour = Number.POSITIVE_INFINITY;
  }

  add(other: CounterSums): void {
    for (const [app, sums] of other.#events) for (const sum of sums) this.#addEvent(app, countedOf(sum));
    for (const [receiver, sums] of other.#ends) for (const sum of sums) this.#addEnd(receiver, sum);
  }

  /** As a row of `counted` has it. */
  pack(): string {
    const body = new CountedBody();
    for (const [app, sums] of this.#events) for (const sum of sums) body.addEvent(app, countedOf(sum));
    for (const [receiver, sums] of this.#ends) for (const sum of sums) body.addEnd(receiver, sum);
    return body.toString();
  }

  addPacked(body: string): void {
    readCountedBody(body, {
      addEvent: (app, event) => this.#addEvent(app, event),
      addEnd: (receiver, end) => this.#addEnd(receiver, end),
    });
  }

  *additions(textOf: (name: number) => string): Generator<CounterAddition> {
    for (const [number, sums] of this.#events)
      for (const sum of sums) yield* additionsOfEvents(sum, textOf(number), textOf);
    for (const [number, sums] of this.#ends) yield* additionsOfEnds(sums, placeOfReceiver(textOf(number)));
  }

  /**
   * All additions: app after app in the order of their ids, since rows of the table that stand together are written
   * together, and those of one app as they were first counted. Files remember how many were put into the table
   * (`counter-filling.ts`): of the same rows of `counted` it is the same order in every process. Null after each piece of
   * the work that comes before the first of them.
   */
  *inOrder(textOf: (name: number) => string): Generator<CounterAddition | null> {
    const ofApps = new Map<string, { readonly numbers: number[]; readonly receivers: number[] }>();
    const ofApp = (app: string) => {
      // As the file has it, so that the next process finds it at the same place.
      const id = app.toWellFormed();
      const known = ofApps.get(id) ?? { numbers: [], receivers: [] };
      ofApps.set(id, known);
      return known;
    };
    let looked = 0;
    for (const number of this.#events.keys()) {
      ofApp(textOf(number)).numbers.push(number);
      looked += 1;
      if (looked % lookedInOnePiece === 0) yield null;
    }
    for (const number of this.#ends.keys()) {
      ofApp(placeOfReceiver(textOf(number)).app).receivers.push(number);
      looked += 1;
      if (looked % lookedInOnePiece === 0) yield null;
    }
    for (const [app, { numbers, receivers }] of [...ofApps].sort(([one], [other]) => (one < other ? -1 : 1))) {
      for (const number of numbers)
        for (const sum of this.#events.get(number) ?? []) yield* additionsOfEvents(sum, app, textOf);
      for (const number of receivers)
        yield* additionsOfEnds(this.#ends.get(number) ?? [], placeOfReceiver(textOf(number)));
    }
  }

  #addEvent(app: number, given: CountedEvent): void {
    const sum = this.#eventSum(app, given.hour, given.name);
    sum.accepted += given.accepted;
    sum.duplicates += given.duplicates;
    if (given.decisions.length === 0) return;
    sum.counts ??= new Map();
    addCounts(sum.counts, given.decisions, 1);
  }

  #addEnd(receiver: number, given: CountedEnd): void {
    const sum = this.#endSum(receiver, given);
    sum.count += given.count;
    const { latencies } = given;
    for (let place = 0; place < latencies.length; place += 2)
      addPair(sum.latencies, latencies[place] ?? 0, latencies[place + 1] ?? 0);
  }

  #eventSum(app: number, hour: number, name: string): EventSum {
    const sums = listOf(this.#events, app);
    for (const sum of sums) if (sum.hour === hour && sum.name === name) return sum;
    const fresh: EventSum = {
      hour,
      name,
      accepted: 0,
      duplicates: 0,
      last: nothingCounted,
      lastTimes: 0,
      counts: null,
      shared: null,
    };
    sums.push(fresh);
    this.size += 1;
    this.oldestHour = Math.min(this.oldestHour, hour);
    return fresh;
  }

  #endSum(receiver: number, { hour, name, measure }: Pick<EndSum, "hour" | "name" | "measure">): EndSum {
    const sums = listOf(this.#ends, receiver);
    for (const sum of sums) if (sum.hour === hour && sum.measure === measure && sum.name === name) return sum;
    const fresh: EndSum = { hour, name, measure, count: 0, latencies: [] };
    sums.push(fresh);
    this.size += 1;
    this.oldestHour = Math.min(this.oldestHour, hour);
    return fresh;
  }
}

/** Apps and receivers that are put in order at a stretch: a commit waits for it. */
const lookedInOnePiece = 1_000;

function* additionsOfEvents(sum: EventSum, app: string, textOf: (name: number) => string): Generator<CounterAddition> {
  const { hour, name, accepted, duplicates } = sum;
  const ofApp = { hour, app, owner: "", name };
  if (accepted > 0) yield { ...ofApp, measure: "accepted", count: accepted };
  if (duplicates > 0) yield { ...ofApp, measure: "duplicate", count: duplicates };
  const decisions = decisionsOf(sum);
  for (let place = 0; place < decisions.length; place += 2) {
    const decision = textOf(decisions[place] ?? 0);
    const count = decisions[place + 1] ?? 0;
    const code = codeOfDecision(decision);
    const measure = code === "match" ? code : `skip:${code}`;
    yield { ...ofApp, owner: counterOwnerOf(targetOfDecision(decision)), measure, count };
  }
}

function* additionsOfEnds(
  sums: readonly EndSum[],
  place: { readonly app: string; readonly owner: string },
): Generator<CounterAddition> {
  for (const { hour, name, measure, count, latencies } of sums) {
    yield { hour, ...place, name, measure, count };
    for (let at = 0; at < latencies.length; at += 2)
      yield { hour, ...place, name: "", measure: `latency:${latencies[at]}`, count: latencies[at + 1] ?? 0 };
  }
}

const countedOf = (sum: EventSum): CountedEvent => {
  const { hour, name, accepted, duplicates } = sum;
  return { hour, name, accepted, duplicates, decisions: decisionsOf(sum) };
};

/** How often each decision was made. Lists that are shared are written out here, and not for each event. */
function decisionsOf(sum: EventSum): Counts {
  if (sum.counts === null && sum.lastTimes <= 1 && sum.last.counts !== null) return sum.last.counts;
  takeApart(sum);
  const { counts, shared } = sum;
  if (counts === null) return none;
  if (shared !== null) {
    for (const [list, times] of shared) addCounts(counts, list.counts, times);
    for (const [number, times] of counts) if (times === 0) counts.delete(number);
    sum.shared = null;
  }
  return [...counts].flat();
}

function takeApart(sum: EventSum): void {
  const { last, lastTimes } = sum;
  if (lastTimes === 0) return;
  sum.counts ??= new Map();
  if (last.shared !== null) {
    sum.shared ??= new Map();
    addTo(sum.shared, last.shared, lastTimes);
  }
  for (const number of last.less) addTo(sum.counts, number, -lastTimes);
  for (const number of last.more) addTo(sum.counts, number, lastTimes);
  sum.last = nothingCounted;
  sum.lastTimes = 0;
}

const none: Counts = [];

const addTo = <Key>(counts: Map<Key, number>, key: Key, times: number): void => {
  counts.set(key, (counts.get(key) ?? 0) + times);
};

const addCounts = (to: Map<number, number>, counts: Counts, times: number): void => {
  for (let place = 0; place < counts.length; place += 2)
    addTo(to, counts[place] ?? 0, (counts[place + 1] ?? 0) * times);
};

/** Bounds are few. */
const addPair = (to: number[], key: number, times: number): void => {
  for (let place = 0; place < to.length; place += 2) {
    if (to[place] !== key) continue;
    to[place + 1] = (to[place + 1] ?? 0) + times;
    return;
  }
  to.push(key, times);
};

const listOf = <Sum>(lists: Map<number, Sum[]>, key: number): Sum[] => {
  const known = lists.get(key);
  if (known !== undefined) return known;
  const fresh: Sum[] = [];
  lists.set(key, fresh);
  return fresh;
};
