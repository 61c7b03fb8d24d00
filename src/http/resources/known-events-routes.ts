import { type KnownEventsWire, knownEventDays } from "#src/contract/known-events-contract.ts";
import type { ResourceChangeWire } from "#src/contract/resource-contract.ts";
import { routes } from "#src/contract/routes.ts";
import { timeText } from "#src/contract/wire-time.ts";
import type { App, CustomEvent } from "#src/core/catalog/catalog.ts";
import { putPart } from "#src/core/catalog/catalog-edit.ts";
import { settingsOf } from "#src/core/catalog/catalog-part.ts";
import { appId, partnerId } from "#src/core/ids.ts";
import { seenEventNames } from "#src/core/permissions/event-names.ts";
import type { Caller } from "#src/http/caller.ts";
import type { HttpDependencies } from "#src/http/http-dependencies.ts";
import { openOncePerKey } from "#src/http/idempotency.ts";
import { type Refusal, refuse } from "#src/http/refusal.ts";
import type { Answered, Asked, ServeRoute } from "#src/http/serve-route.ts";
import { bucketOf, type Counter } from "#src/ports/counters.ts";
import { changeResource } from "./change-resource.ts";
import { accessTo, mayChange, refuseMissing } from "./may-change.ts";

const dayMs = 86_400_000;

/** Names come from the counters that acceptance keeps in its own commit: nothing is written for them, and nothing is lost. */
export const serveKnownEvents = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { engine, storage, clock } = dependencies;
  const createOnce = openOncePerKey<ResourceChangeWire>(clock);
  serve(routes.listKnownEvents, async ({ params, caller }) => {
    const id = appId(params.app_id);
    const current = engine.catalog.current();
    const app = current.apps.get(id)?.app;
    const address = { kind: "app", appId: id } as const;
    if (app === undefined || accessTo(caller, current, address) === "none") return refuseMissing(address);
    const today = bucketOf("day", clock.now());
    const query = { grain: "day", from: today - (knownEventDays - 1) * dayMs, to: today + dayMs, appId: id } as const;
    const counters = await storage.log.counters(query);
    const all = knownEvents(app, counters);
    if (caller.isOperator || app.accountId === caller.accountId) return { kind: "ok", answer: all };
    return { kind: "ok", answer: grantedOf(all, seenEventNames(current, caller.accountId, id)) };
  });
  serve(routes.createEvent, (asked) =>
    createOnce(asked, () =>
      changeEvents(dependencies, asked, (app) => {
        const { name, created_under: partner } = asked.body;
        if (app.customEvents.some((one) => one.name === name))
          return refuse("resource.exists", `name: ${name} is a custom event of ${app.id} already`);
        return [...app.customEvents, { name, createdUnder: partner === null ? null : partnerId(partner) }];
      }),
    ),
  );
  serve(routes.removeEvent, (asked) =>
    changeEvents(dependencies, asked, (app) => {
      const { name } = asked.params;
      const left = app.customEvents.filter((one) => one.name !== name);
      return left.length < app.customEvents.length
        ? left
        : refuse("event.not_found", `${name} is no custom event of ${app.id}`);
    }),
  );
};

type Known = KnownEventsWire["data"][number] & { readonly count: number };

const knownEvents = (app: App, counters: readonly Counter[]): KnownEventsWire => {
  const known = new Map<string, Known>(
    app.customEvents.map(({ name, createdUnder }) => [
      name,
      { name, count: 0, last_seen_on: null, is_custom: true, created_under: createdUnder },
    ]),
  );
  let unnamed = 0;
  for (const { at, eventName, measure, count } of counters) {
    if (measure !== "accepted") continue;
    if (eventName === null) {
      unnamed += count;
      continue;
    }
    const before = known.get(eventName);
    known.set(eventName, {
      name: eventName,
      count: (before?.count ?? 0) + count,
      last_seen_on: timeText(at).slice(0, "2026-01-14".length),
      is_custom: before?.is_custom ?? false,
      created_under: before?.created_under ?? null,
    });
  }
  return { data: [...known.values()].sort((one, other) => (one.name < other.name ? -1 : 1)), unnamed };
};

/** What may be mapped, and no more: how many events there are, of all sources together, is the app's own to know. */
const grantedOf = ({ data }: KnownEventsWire, names: "*" | ReadonlySet<string>): KnownEventsWire => ({
  data: data
    .filter(({ name }) => names === "*" || names.has(name))
    .map((known) => ({ ...known, count: null, created_under: null })),
  unnamed: 0,
});

type AskedOfApp = Pick<Asked<{ readonly app_id: string }, unknown, unknown>, "params" | "headers"> & {
  readonly caller: Caller;
};

const changeEvents = (
  dependencies: HttpDependencies,
  { params, headers, caller }: AskedOfApp,
  edit: (app: App) => readonly CustomEvent[] | Refusal,
): Promise<Answered<ResourceChangeWire>> => {
  const address = { kind: "app", appId: appId(params.app_id) } as const;
  const asked = { headers, caller, query: { dry_run: false, cancel_waiting: false } };
  return changeResource(dependencies, asked, {
    address,
    revision: null,
    edit: (before) => {
      const refusal = mayChange(caller, { before, address, after: null });
      const app = before.apps.get(address.appId)?.app;
      if (refusal !== null || app === undefined) return refusal ?? refuseMissing(address);
      const customEvents = edit(app);
      if ("kind" in customEvents) return customEvents;
      const value = { ...settingsOf(app), customEvents };
      return { kind: "edited", catalog: putPart(before.catalog, { kind: "app", value }) };
    },
  });
};
