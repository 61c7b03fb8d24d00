import type { CompiledCatalog } from "#src/core/compile/compiled-catalog.ts";
import type { Verdict } from "#src/core/decide/verdict.ts";
import type { Event } from "#src/core/events/event.ts";
import type { OnceMark } from "#src/core/postbacks/once-mark.ts";

/** Marks that one side remembers; beyond them the oldest are forgotten, and fire once more. */
const marksMax = 500_000;

/**
 * One of the two catalogs of a simulation, with what its rules that fire once have shown so far: in
 * the run, not in the past, so that both begin alike.
 */
export class SimulatedSide {
  readonly #compiled: CompiledCatalog;
  readonly #shown = new Set<string>();

  constructor(compiled: CompiledCatalog) {
    this.#compiled = compiled;
  }

  decide(event: Event): Verdict | null {
    const app = this.#compiled.apps.get(event.appId);
    if (app === undefined) return null;
    const known = app.marksOf(event).filter((mark) => this.#shown.has(keyOf(mark)));
    const verdict = app.decide(event, { shownBefore: new Set(known.map(({ targetKey }) => targetKey)) });
    for (const mark of verdict.marks) this.#remember(keyOf(mark));
    return verdict;
  }

  #remember(key: string): void {
    this.#shown.add(key);
    if (this.#shown.size <= marksMax) return;
    for (const oldest of this.#shown) {
      this.#shown.delete(oldest);
      return;
    }
  }
}

const keyOf = ({ appId, targetKey, subject }: OnceMark): string => `${appId}\n${targetKey}\n${subject}`;
