/** Which, how often, by turns: of equal numbers the first place counts. */
export type Counts = readonly number[];

/** Of one app, event name and hour; decisions by the number of their name. */
export type CountedEvent = {
  readonly hour: number;
  readonly name: string;
  readonly accepted: number;
  readonly duplicates: number;
  readonly decisions: Counts;
};

/** Of one receiver, event name, hour and measure; deliveries by the bound of their latency. */
export type CountedEnd = {
  readonly hour: number;
  readonly name: string;
  readonly measure: string;
  readonly count: number;
  readonly latencies: Counts;
};

export type CountedVisitor = {
  readonly addEvent: (app: number, event: CountedEvent) => void;
  readonly addEnd: (receiver: number, end: CountedEnd) => void;
};

/**
 * Body of a row of `counted`, as JSON: `[keys, events, ends]`, each one list.
 *
 *   keys    hour, name, measure, …                                   told once, however many apps share them
 *   events  app, key, accepted, duplicates, decisions, …(which, how often), …
 *   ends    receiver, key, count, latencies, …(bound, how often), …
 *
 * The more of them are in so many bytes, the more rarely the table of counters is filled.
 */
export class CountedBody {
  readonly #keys: (number | string)[] = [];
  readonly #places = new Map<string, number>();
  readonly #events: number[] = [];
  readonly #ends: number[] = [];

  addEvent(app: number, { hour, name, accepted, duplicates, decisions }: CountedEvent): void {
    const key = this.#keyOf(hour, name, "");
    this.#events.push(app, key, accepted, duplicates, decisions.length / 2);
    for (const number of decisions) this.#events.push(number);
  }

  addEnd(receiver: number, { hour, name, measure, count, latencies }: CountedEnd): void {
    const key = this.#keyOf(hour, name, measure);
    this.#ends.push(receiver, key, count, latencies.length / 2);
    for (const number of latencies) this.#ends.push(number);
  }

  toString(): string {
    return JSON.stringify([this.#keys, this.#events, this.#ends]);
  }

  #keyOf(hour: number, name: string, measure: string): number {
    const text = `${hour} ${measure} ${name}`;
    let place = this.#places.get(text);
    if (place === undefined) {
      place = this.#keys.length / keyLength;
      this.#keys.push(hour, name, measure);
      this.#places.set(text, place);
    }
    return place;
  }
}

type Body = readonly [readonly (number | string)[], readonly number[], readonly number[]];

/** Events, then ends, in the order in which they were added. */
export const readCountedBody = (body: string, visitor: CountedVisitor): void => {
  const lists: Body | FormerBody = JSON.parse(body);
  if (lists.length === 2) {
    readFormerBody(lists, visitor);
    return;
  }
  const [keys, events, ends] = lists;
  const keyOf = (key: number) => ({
    hour: Number(keys[key * keyLength]),
    name: String(keys[key * keyLength + 1]),
    measure: String(keys[key * keyLength + 2]),
  });
  const numberAt = (list: readonly number[], place: number): number => list[place] ?? 0;
  for (let place = 0; place < events.length; ) {
    const counts = place + eventLength;
    const end = counts + 2 * numberAt(events, counts - 1);
    const { hour, name } = keyOf(numberAt(events, place + 1));
    visitor.addEvent(numberAt(events, place), {
      hour,
      name,
      accepted: numberAt(events, place + 2),
      duplicates: numberAt(events, place + 3),
      decisions: events.slice(counts, end),
    });
    place = end;
  }
  for (let place = 0; place < ends.length; ) {
    const counts = place + endLength;
    const end = counts + 2 * numberAt(ends, counts - 1);
    visitor.addEnd(numberAt(ends, place), {
      ...keyOf(numberAt(ends, place + 1)),
      count: numberAt(ends, place + 2),
      latencies: ends.slice(counts, end),
    });
    place = end;
  }
};

const keyLength = 3;
const eventLength = 5;
const endLength = 4;

/** Of before schema 20: `[[app, hour, name, accepted, duplicates, …]], [[receiver, hour, name, measure, count, …]]`. */
type FormerBody = readonly [
  events: readonly (readonly [number, number, string, number, number, ...number[]])[],
  ends: readonly (readonly [number, number, string, string, number, ...number[]])[],
];

const readFormerBody = ([events, ends]: FormerBody, visitor: CountedVisitor): void => {
  for (const [app, hour, name, accepted, duplicates, ...decisions] of events)
    visitor.addEvent(app, { hour, name, accepted, duplicates, decisions });
  for (const [receiver, hour, name, measure, count, ...latencies] of ends)
    visitor.addEnd(receiver, { hour, name, measure, count, latencies });
};
