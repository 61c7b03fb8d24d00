import type { AppId } from "#src/core/ids.ts";
import { type HourSpan, watchedHours } from "#src/core/notices/find-troubles.ts";
import { bucketOf } from "#src/ports/counters.ts";
import type { DeliveryLog } from "#src/ports/delivery-log.ts";

const hourMs = 3_600_000;

type OpenSpan = { readonly first: number; last: number };

/**
 * In which hours of the last `watchedHours` each app had events. The log is asked an hour at a time, and for those
 * only that may have changed since it was asked last: a week of ten thousand apps is millions of counters.
 */
export class BusyHours {
  readonly #log: Pick<DeliveryLog, "counters">;
  #spans = new Map<AppId, OpenSpan[]>();
  /** The hour that was the present one when it was last looked at; there may be more in it since. */
  #looked: number | null = null;

  constructor(log: Pick<DeliveryLog, "counters">) {
    this.#log = log;
  }

  async at(now: number): Promise<ReadonlyMap<AppId, readonly HourSpan[]>> {
    const present = bucketOf("hour", now) / hourMs;
    // A clock that was set back: what it has not come to yet is nobody's silence.
    if (this.#looked !== null && this.#looked > present) this.#forget();
    for (let hour = this.#looked ?? present - watchedHours; hour <= present; hour += 1) {
      const counters = await this.#log.counters({
        grain: "hour",
        from: hour * hourMs,
        to: (hour + 1) * hourMs,
        kinds: ["accepted"],
      });
      for (const { appId, count } of counters) if (count > 0) this.#add(appId, hour);
      this.#looked = hour;
    }
    this.#forgetBefore(present - watchedHours);
    return this.#spans;
  }

  #add(app: AppId, hour: number): void {
    const spans = this.#spans.get(app);
    const newest = spans?.at(-1);
    if (newest?.last === hour) return;
    if (newest?.last === hour - 1) newest.last = hour;
    else if (spans === undefined) this.#spans.set(app, [{ first: hour, last: hour }]);
    else spans.push({ first: hour, last: hour });
  }

  #forgetBefore(oldest: number): void {
    for (const [app, spans] of this.#spans) {
      const [first] = spans;
      if (first === undefined || first.first >= oldest) continue;
      const left = spans
        .filter(({ last }) => last >= oldest)
        .map((span) => ({ first: Math.max(span.first, oldest), last: span.last }));
      if (left.length === 0) this.#spans.delete(app);
      else this.#spans.set(app, left);
    }
  }

  #forget(): void {
    this.#spans = new Map();
    this.#looked = null;
  }
}
