import { appId } from "#src/core/ids.ts";
import {
  bucketOf,
  type Counter,
  type CounterGrain,
  type CounterQuery,
  counterKeptMs,
  counterNamesMax,
  counterOwnerOf,
  kindOfMeasure,
  latencyBoundOf,
  placeOfReceiver,
} from "#src/ports/counters.ts";
import type { PostbackRow, Tables } from "./tables.ts";

type Counted = {
  readonly at: number;
  readonly app: string;
  readonly owner: string | null;
  readonly name: string;
  readonly measure: string;
};

export const countAccepted = (
  tables: Tables,
  event: { readonly at: number; readonly app: string; readonly name: string },
): void => countIn(tables, { ...event, owner: null, measure: "accepted" });

export const countDuplicate = (
  tables: Tables,
  event: { readonly at: number; readonly app: string; readonly name: string },
): void => countIn(tables, { ...event, owner: null, measure: "duplicate" });

export const countDecided = (
  tables: Tables,
  event: { readonly at: number; readonly app: string; readonly name: string },
  { targetKey, code }: { readonly targetKey: string; readonly code: string },
): void =>
  countIn(tables, { ...event, owner: counterOwnerOf(targetKey), measure: code === "match" ? code : `skip:${code}` });

export const countEnded = (tables: Tables, row: PostbackRow): void => {
  const { app, owner } = placeOfReceiver(row.postback.receiverId);
  const at = row.endedAt ?? 0;
  const place = { at, app, owner, name: row.eventName };
  countIn(tables, { ...place, measure: row.state === "dead" ? `dead:${row.reason}` : row.state });
  if (row.state !== "delivered") return;
  const latency = latencyBoundOf(at - row.postback.createdAt);
  countHour(tables, { ...place, measure: `latency:${latency}` });
};

export const readCounters = (
  { counters }: Tables,
  { grain, from, to, appId: app, kinds }: CounterQuery,
): readonly Counter[] =>
  [...counters.values()]
    .filter((row) => row.grain === grain && row.counter.at >= from && row.counter.at < to)
    .filter(({ counter }) => app === undefined || counter.appId === app)
    .filter(({ counter }) => kinds === undefined || kinds.includes(kindOfMeasure(counter.measure)))
    .map(({ counter, count }) => ({ ...counter, count }))
    .sort((one, other) => one.at - other.at);

export const forgetCounters = ({ counters }: Tables, now: number): void => {
  for (const [key, { grain, counter }] of counters) if (counter.at < now - counterKeptMs[grain]) counters.delete(key);
};

const countIn = (tables: Tables, counted: Counted): void => {
  countHour(tables, counted);
  const at = bucketOf("day", counted.at);
  const eventName = isNamed(tables, at, counted) ? counted.name : null;
  add(tables, "day", { at, ...placeOf(counted), eventName });
};

const countHour = (tables: Tables, counted: Counted): void =>
  add(tables, "hour", { at: bucketOf("hour", counted.at), ...placeOf(counted), eventName: null });

const placeOf = ({ app, owner, measure }: Counted) => ({ appId: appId(app), owner, measure });

/** Of an app's names on a day, so many are told by name. */
const isNamed = ({ counterNames }: Tables, at: number, { app, name }: Counted): boolean => {
  const key = `${at}\n${app}`;
  const names = counterNames.get(key) ?? new Set();
  counterNames.set(key, names);
  if (names.size < counterNamesMax) names.add(name);
  return names.has(name);
};

const add = ({ counters }: Tables, grain: CounterGrain, counter: Omit<Counter, "count">): void => {
  const key = JSON.stringify([grain, counter]);
  const row = counters.get(key) ?? { grain, counter: { ...counter, count: 0 }, count: 0 };
  row.count += 1;
  counters.set(key, row);
};
