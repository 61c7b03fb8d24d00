import { routes } from "#src/contract/routes.ts";
import type { ReportRowWire, StatsWire } from "#src/contract/stats-contract.ts";
import { timeText } from "#src/contract/wire-time.ts";
import { appId } from "#src/core/ids.ts";
import { bucketOf, type Counter, type CounterGrain, type CounterQuery } from "#src/ports/counters.ts";
import type { Totals } from "#src/ports/delivery-log.ts";
import { csvText } from "./csv-text.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { Scope } from "./scope.ts";
import type { ServeRoute } from "./serve-route.ts";
import { figuresOf, ownerOf } from "./stats-figures.ts";

const dayMs = 86_400_000;
/** Buckets of a quiet year, or of two busy weeks, are what one answer may hold. */
const rangeMsMax: Readonly<Record<CounterGrain, number>> = { hour: 14 * dayMs, day: 400 * dayMs };
const rangeMsDefault: Readonly<Record<CounterGrain, number>> = { hour: dayMs, day: 30 * dayMs };

export const serveStats = (serve: ServeRoute, { storage, clock }: HttpDependencies): void => {
  serve(routes.readStats, async ({ query, scope }) => {
    const range = rangeOf(query, query.resolution, clock.now());
    if (range.kind === "refusal") return range;
    const [counters, totals] = await Promise.all([storage.log.counters(range.query), storage.log.totals()]);
    const { from, to } = range.query;
    const times = { from: timeText(from), to: timeText(to) };
    const series = seriesOf(counters.filter((counter) => isSeen(scope, counter)).filter(isOf(query.partner_id)));
    const waiting = scope.isOperator ? totals.waiting : waitingIn(scope, totals);
    return { kind: "ok", answer: { resolution: query.resolution, ...times, waiting, series } };
  });
  serve(routes.readPostbackReport, async ({ query, scope }) => {
    const range = rangeOf(query, "day", clock.now());
    if (range.kind === "refusal") return range;
    const counters = (await storage.log.counters(range.query)).filter(
      (counter) =>
        isSeen(scope, counter) &&
        isOf(query.partner_id)(counter) &&
        (query.event_name === undefined || counter.eventName === query.event_name),
    );
    const data = rowsOf(counters);
    if (query.format === "json") {
      const { from, to } = range.query;
      return { kind: "ok", answer: { from: timeText(from), to: timeText(to), data } };
    }
    const headers = { "content-disposition": 'attachment; filename="postbacks.csv"' };
    return { kind: "text", text: csvText(tableOf(data)), mediaType: "text/csv; charset=utf-8", headers };
  });
};

type Asked = {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly app_id?: string | undefined;
};

const rangeOf = (
  { from, to, app_id: app }: Asked,
  grain: CounterGrain,
  now: number,
): { readonly kind: "range"; readonly query: CounterQuery } | Refusal => {
  const until = to ?? now + 1;
  const since = from ?? until - rangeMsDefault[grain];
  if (since >= until) return refuse("stats.range", "from: must be before to");
  if (until - since > rangeMsMax[grain])
    return refuse("stats.range", `from, to: at most ${rangeMsMax[grain] / dayMs} days at once by ${grain}`);
  const query = { grain, from: bucketOf(grain, since), to: until, ...(app === undefined ? {} : { appId: appId(app) }) };
  return { kind: "range", query };
};

/** How many events an app took is its owner's to know. */
const isSeen = ({ looks, ownsApp, kind, seesApp }: Scope, { appId: app, owner }: Counter): boolean =>
  owner === null ? ownsApp(app) || (kind === "app" && seesApp(app)) : looks.holdsTarget(app, owner);

const waitingIn = ({ looks }: Scope, totals: Totals): number =>
  totals.waitingByReceiver.reduce(
    (sum, { receiverId, waiting }) => (looks.holdsReceiver(receiverId) ? sum + waiting : sum),
    0,
  );

/** Accepted and duplicate events are of no partner: they stay, whichever is asked for. */
const isOf =
  (partner: string | undefined) =>
  ({ owner }: Counter): boolean =>
    partner === undefined || owner === null || ownerOf(owner).partner_id === partner;

const seriesOf = (counters: readonly Counter[]): StatsWire["series"] =>
  [...Map.groupBy(counters, ({ at }) => at)].map(([at, ofBucket]) => {
    const byOwner = Map.groupBy(
      ofBucket.filter(({ owner }) => owner !== null),
      ({ owner }) => JSON.stringify(ownerOf(owner ?? "")),
    );
    const owners = [...byOwner.values()].flatMap((ofOwner) => {
      const owner = ofOwner[0]?.owner ?? null;
      return owner === null ? [] : [{ ...ownerOf(owner), ...figuresOf(ofOwner) }];
    });
    return {
      at: timeText(at),
      accepted: sumOf(ofBucket, "accepted"),
      duplicates: sumOf(ofBucket, "duplicate"),
      ...figuresOf(ofBucket),
      owners,
    };
  });

const sumOf = (counters: readonly Counter[], measure: string): number =>
  counters.reduce((sum, counter) => (counter.measure === measure ? sum + counter.count : sum), 0);

const rowsOf = (counters: readonly Counter[]): ReportRowWire[] => {
  const ofOwners = counters.filter(({ owner }) => owner !== null);
  const groups = Map.groupBy(ofOwners, ({ at, appId: app, owner, eventName }) =>
    JSON.stringify([at, app, ownerOf(owner ?? ""), eventName]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined || first.owner === null) return [];
    const { delivered, dead, cancelled, skipped } = figuresOf(group);
    const row = {
      day: timeText(first.at).slice(0, 10),
      app_id: first.appId,
      ...ownerOf(first.owner),
      event_name: first.eventName,
      delivered,
      dead: total(dead),
      cancelled,
      skipped: total(skipped),
      dead_by: dead,
      skipped_by: skipped,
    };
    // Matched and still waiting: nothing has come of it on that day.
    return row.delivered + row.dead + row.cancelled + row.skipped === 0 ? [] : [row];
  });
};

const total = (byReason: Readonly<Record<string, number>>): number =>
  Object.values(byReason).reduce((sum, count) => sum + count, 0);

const columns = [
  "day",
  "app_id",
  "partner_id",
  "rule_id",
  "event_name",
  "delivered",
  "dead",
  "cancelled",
  "skipped",
] as const;

const tableOf = (rows: readonly ReportRowWire[]) => [
  [...columns, "dead_by", "skipped_by"],
  ...rows.map((row) => [
    ...columns.map((column) => row[column]),
    reasonsText(row.dead_by),
    reasonsText(row.skipped_by),
  ]),
];

const reasonsText = (byReason: Readonly<Record<string, number>>): string =>
  Object.entries(byReason)
    .map(([reason, count]) => `${reason} ${count}`)
    .join("; ");
