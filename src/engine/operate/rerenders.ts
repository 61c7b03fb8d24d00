import { nothingShown } from "#src/core/decide/verdict.ts";
import type { PostbackId } from "#src/core/ids.ts";
import type { PostbackState, RenderedRequest } from "#src/core/postbacks/postback.ts";
import type { Delivery } from "#src/engine/deliver/delivery.ts";
import type { RerenderExample, Rerendered } from "#src/engine/engine.ts";
import type { DeliveryLog, PostbackFilter, PostbackSummary, StoredEvent } from "#src/ports/delivery-log.ts";

type Fate = "rerendered" | "unchanged" | "unmatched" | "faulted";
type Rendering =
  | { readonly kind: "rendered"; readonly request: RenderedRequest }
  | { readonly kind: "unmatched" | "faulted" };
type Run = {
  readonly filter: PostbackFilter;
  readonly dryRun: boolean;
  /** Each postback that was looked at meets its fate once, whatever state it moves to meanwhile. */
  readonly fates: Map<PostbackId, Fate>;
  readonly examples: RerenderExample[];
  /** Met in this pass, and with a sender. */
  inFlight: number;
};

/** Renders what waits anew, by a filter: after a mistake in a template, before it is sent. */
export class Rerenders {
  readonly #log: DeliveryLog;
  readonly #delivery: Delivery;

  constructor(given: { readonly log: DeliveryLog; readonly delivery: Delivery }) {
    this.#log = given.log;
    this.#delivery = given.delivery;
  }

  readonly rerender = async (request: {
    readonly filter: PostbackFilter;
    readonly dryRun: boolean;
  }): Promise<Rerendered> => {
    const run: Run = { ...request, fates: new Map(), examples: [], inFlight: 0 };
    // What moves between the states while it is looked for is met by the next pass.
    for (let passes = 0; passes < passesMax; passes += 1) {
      const before = run.fates.size;
      await this.#pass(run);
      if (run.dryRun || run.fates.size === before) break;
    }
    const count = (fate: Fate): number => run.fates.values().reduce((sum, each) => sum + (each === fate ? 1 : 0), 0);
    return {
      rerendered: count("rerendered"),
      unchanged: count("unchanged"),
      unmatched: count("unmatched"),
      faulted: count("faulted"),
      inFlight: run.inFlight,
      examples: run.examples,
    };
  };

  async #pass(run: Run): Promise<void> {
    run.inFlight = 0;
    for (const state of waitingStates) {
      if (run.filter.state !== undefined && run.filter.state !== state) continue;
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<DeliveryLog["findPostbacks"]>> = await this.#log.findPostbacks(
          { ...run.filter, state },
          { limit: slice, cursor },
        );
        cursor = page.nextCursor;
        await this.#slice(
          run,
          page.items.filter(({ postback }) => !run.fates.has(postback.id)),
        );
      } while (cursor !== null);
    }
  }

  /** In slices, so that nothing else waits long for it. */
  async #slice(run: Run, found: readonly PostbackSummary[]): Promise<void> {
    const eventIds = [...new Set(found.map(({ postback }) => postback.eventId))];
    const stored = await Promise.all(eventIds.map((id) => this.#log.readEvent(id)));
    const events = new Map(eventIds.map((id, place) => [id, stored[place] ?? null]));
    const changed = new Map<PostbackId, RerenderExample>();
    for (const summary of found) {
      const { id, eventId, request: before } = summary.postback;
      const rendering = this.#render(summary, events.get(eventId) ?? null);
      if (rendering.kind !== "rendered") run.fates.set(id, rendering.kind);
      else if (isSame(before, rendering.request)) run.fates.set(id, "unchanged");
      else changed.set(id, { id, before, after: rendering.request });
    }
    const rerendered = run.dryRun ? [...changed.keys()] : await this.#write(changed);
    run.inFlight += changed.size - rerendered.length;
    for (const id of rerendered) {
      run.fates.set(id, "rerendered");
      const example = changed.get(id);
      if (example !== undefined && run.examples.length < examplesMax) run.examples.push(example);
    }
  }

  async #write(changed: ReadonlyMap<PostbackId, RerenderExample>): Promise<readonly PostbackId[]> {
    if (changed.size === 0) return [];
    return this.#delivery.rerender(new Map([...changed].map(([id, { after }]) => [id, after])));
  }

  /** As the event was enriched, and under the postback's own id. */
  #render({ postback }: PostbackSummary, stored: StoredEvent | null): Rendering {
    if (stored === null) return { kind: "unmatched" };
    const { compiled } = this.#delivery.state;
    const { redelivery, targetKey } = postback;
    const verdict = compiled.apps.get(stored.event.appId)?.decide(stored.event, { ...nothingShown, redelivery });
    const match = verdict?.matches.find(({ decision }) => decision.targetKey === targetKey);
    if (match === undefined) return { kind: "unmatched" };
    return match.rendered.kind === "dead" ? { kind: "faulted" } : { kind: "rendered", request: match.rendered.request };
  }
}

const isSame = (one: RenderedRequest, other: RenderedRequest): boolean =>
  one.method === other.method &&
  one.url === other.url &&
  one.body === other.body &&
  one.headers.length === other.headers.length &&
  one.headers.every((text, place) => text === other.headers[place]);

const waitingStates: readonly PostbackState[] = ["pending", "leased"];
/** New events may match as fast as they are rendered: it is not for ever that they are. */
const passesMax = 10;
/** Each brings its event, which is decided: fewer at once than where ids suffice. */
const slice = 100;
const examplesMax = 5;
