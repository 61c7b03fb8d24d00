import { bucketOf, counterOwnerOf, placeOfReceiver } from "#src/ports/counters.ts";
import { type CountedDecisions, nothingCounted, type SharedDecisions } from "./decision-sums.ts";
import { codeOfDecision, targetOfDecision } from "./decisions-text.ts";

/** Of one app, event name and hour. Decisions are by the number of their name. */
type EventSum = {
  readonly hour: number;
  readonly name: string;
  accepted: number;
  duplicates: number;
  readonly decisions: Map<number, number>;
  /** How often a list is shared, less what is another decision in `decisions`. */
  readonly shared: Map<SharedDecisions, number>;
  /** What was counted last, and how often: of equal events in a row it is taken apart once. */
  last: CountedDecisions;
  lastTimes: number;
};

/** Of one receiver, event name, hour and measure; deliveries by the bound of their latency. */
type EndSum = {
  readonly hour: number;
  readonly name: string;
  readonly measure: string;
  count: number;
  readonly latencies: Map<number, number>;
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
    if (latencyBound !== null) addTo(sum.latencies, latencyBound, 1);
  }

  clear(): void {
    this.#events.clear();
    this.#ends.clear();
    this.size = 0;
    this.oldestHour = Number.POSITIVE_INFINITY;
  }

  add(other: CounterSums): void {
    for (const [app, sums] of other.#events) for (const sum of sums) this.#addEvent(app, sum);
    for (const [receiver, sums] of other.#ends) for (const sum of sums) this.#addEnd(receiver, sum);
  }

  /** `[[app, hour, name, accepted, duplicates, …(decision, count)]], [[receiver, hour, name, measure, count, …(bound, count)]]` as JSON. */
  pack(): string {
    const events: Packed[] = [];
    for (const [app, sums] of this.#events) {
      for (const sum of sums) {
        const decisions = [...decisionsOf(sum)].flat();
        events.push([app, sum.hour, sum.name, sum.accepted, sum.duplicates, ...decisions]);
      }
    }
    const ends: Packed[] = [];
    for (const [receiver, sums] of this.#ends) {
      for (const { hour, name, measure, count, latencies } of sums)
        ends.push([receiver, hour, name, measure, count, ...[...latencies].flat()]);
    }
    return JSON.stringify([events, ends]);
  }

  addPacked(body: string): void {
    const [events, ends]: readonly [readonly PackedEvent[], readonly PackedEnd[]] = JSON.parse(body);
    for (const [app, hour, name, accepted, duplicates, ...decisions] of events)
      this.#addEvent(app, {
        hour,
        name,
        accepted,
        duplicates,
        ...noDecisions(),
        decisions: pairs(decisions),
      });
    for (const [receiver, hour, name, measure, count, ...latencies] of ends)
      this.#addEnd(receiver, { hour, name, measure, count, latencies: pairs(latencies) });
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

  #addEvent(app: number, given: EventSum): void {
    const sum = this.#eventSum(app, given.hour, given.name);
    sum.accepted += given.accepted;
    sum.duplicates += given.duplicates;
    for (const [decision, count] of decisionsOf(given)) addTo(sum.decisions, decision, count);
  }

  #addEnd(receiver: number, given: EndSum): void {
    const sum = this.#endSum(receiver, given);
    sum.count += given.count;
    for (const [bound, times] of given.latencies) addTo(sum.latencies, bound, times);
  }

  #eventSum(app: number, hour: number, name: string): EventSum {
    const sums = listOf(this.#events, app);
    for (const sum of sums) if (sum.hour === hour && sum.name === name) return sum;
    const fresh = { hour, name, accepted: 0, duplicates: 0, ...noDecisions() };
    sums.push(fresh);
    this.size += 1;
    this.oldestHour = Math.min(this.oldestHour, hour);
    return fresh;
  }

  #endSum(receiver: number, { hour, name, measure }: Pick<EndSum, "hour" | "name" | "measure">): EndSum {
    const sums = listOf(this.#ends, receiver);
    for (const sum of sums) if (sum.hour === hour && sum.measure === measure && sum.name === name) return sum;
    const fresh = { hour, name, measure, count: 0, latencies: new Map() };
    sums.push(fresh);
    this.size += 1;
    this.oldestHour = Math.min(this.oldestHour, hour);
    return fresh;
  }
}

/** Apps and receivers that are put in order at a stretch: a commit waits for it. */
const lookedInOnePiece = 1_000;

type Packed = readonly (string | number)[];
type PackedEvent = readonly [number, number, string, number, number, ...(readonly number[])];
type PackedEnd = readonly [number, number, string, string, number, ...(readonly number[])];

function* additionsOfEvents(sum: EventSum, app: string, textOf: (name: number) => string): Generator<CounterAddition> {
  const { hour, name, accepted, duplicates } = sum;
  const ofApp = { hour, app, owner: "", name };
  if (accepted > 0) yield { ...ofApp, measure: "accepted", count: accepted };
  if (duplicates > 0) yield { ...ofApp, measure: "duplicate", count: duplicates };
  for (const [number, count] of decisionsOf(sum)) {
    const decision = textOf(number);
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
    for (const [bound, times] of latencies)
      yield { hour, ...place, name: "", measure: `latency:${bound}`, count: times };
  }
}

/** How often each decision was made. Lists that are shared are written out here, and not for each event. */
function decisionsOf(sum: EventSum): ReadonlyMap<number, number> {
  takeApart(sum);
  if (sum.shared.size === 0) return sum.decisions;
  for (const [list, times] of sum.shared) for (const number of list) addTo(sum.decisions, number, times);
  sum.shared.clear();
  for (const [number, times] of sum.decisions) if (times === 0) sum.decisions.delete(number);
  return sum.decisions;
}

function takeApart(sum: EventSum): void {
  const { last, lastTimes } = sum;
  if (lastTimes === 0) return;
  if (last.shared !== null) addTo(sum.shared, last.shared, lastTimes);
  for (const number of last.less) addTo(sum.decisions, number, -lastTimes);
  for (const number of last.more) addTo(sum.decisions, number, lastTimes);
  sum.last = nothingCounted;
  sum.lastTimes = 0;
}

const noDecisions = (): Pick<EventSum, "decisions" | "shared" | "last" | "lastTimes"> => ({
  decisions: new Map(),
  shared: new Map(),
  last: nothingCounted,
  lastTimes: 0,
});

const addTo = <Key>(counts: Map<Key, number>, key: Key, times: number): void => {
  counts.set(key, (counts.get(key) ?? 0) + times);
};

const listOf = <Sum>(lists: Map<number, Sum[]>, key: number): Sum[] => {
  const known = lists.get(key);
  if (known !== undefined) return known;
  const fresh: Sum[] = [];
  lists.set(key, fresh);
  return fresh;
};

const pairs = (flat: readonly number[]): Map<number, number> => {
  const counts = new Map<number, number>();
  for (let place = 0; place + 1 < flat.length; place += 2) addTo(counts, flat[place] ?? 0, flat[place + 1] ?? 0);
  return counts;
};
