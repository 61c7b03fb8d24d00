import type { Event } from "#src/core/events/event.ts";
import { wholeTargetKey } from "#src/core/postbacks/target-key.ts";
import { type ChangeKind, changeKinds, type TargetChange } from "./compare-verdicts.ts";
import { requestDifferences } from "./request-differences.ts";
import type { Simulation, SimulationExample, SimulationGroup } from "./simulation.ts";

/** Groups told by their event's name; beyond them events of a target are told together. */
const namedGroupsMax = 2_000;
const examplesPerTargetMax = 5;
const examplesMax = 100;

type Findings = Pick<Simulation, "counts" | "groups" | "examples">;

/** What a simulation has found so far: counts, and a few examples; bounded, however many events there are. */
export class SimulationFindings {
  readonly #counts: Record<ChangeKind, number> = {
    newly_sent: 0,
    no_longer_sent: 0,
    sent_otherwise: 0,
    unchanged: 0,
    not_sent: 0,
  };
  readonly #groups = new Map<string, { readonly group: SimulationGroup; postbacks: number }>();
  readonly #examples = new Map<string, SimulationExample[]>();
  #exampleCount = 0;

  add(event: Event, change: TargetChange): void {
    this.#counts[change.kind] += 1;
    this.#count(event, change);
    if (change.kind !== "unchanged" && change.kind !== "not_sent") this.#keepExample(event, change);
  }

  read(): Findings {
    const groups = [...this.#groups.values()].map(({ group, postbacks }) => ({ ...group, postbacks }));
    const inOrder = changeKinds.flatMap((kind) =>
      [...this.#examples.values()].flat().filter(({ change }) => change === kind),
    );
    return {
      counts: { ...this.#counts },
      groups: groups.sort((one, other) => other.postbacks - one.postbacks),
      examples: inOrder,
    };
  }

  #count(event: Event, change: TargetChange): void {
    const target = wholeTargetKey(change.targetKey);
    const reason = reasonOf(change);
    const keyOf = (name: string | null): string =>
      [change.kind, event.appId, target, reason ?? "", name ?? "\n"].join("\n");
    let eventName: string | null = event.name;
    if (!this.#groups.has(keyOf(eventName)) && this.#groups.size >= namedGroupsMax) eventName = null;
    const key = keyOf(eventName);
    const known = this.#groups.get(key);
    if (known !== undefined) known.postbacks += 1;
    else {
      const group = { change: change.kind, appId: event.appId, target, eventName, reason, postbacks: 1 };
      this.#groups.set(key, { group, postbacks: 1 });
    }
  }

  #keepExample(event: Event, { kind, targetKey, before, after }: TargetChange): void {
    const key = `${kind}\n${event.appId}\n${wholeTargetKey(targetKey)}`;
    const kept = this.#examples.get(key) ?? [];
    if (kept.length >= examplesPerTargetMax || this.#exampleCount >= examplesMax) return;
    const isBoth = before.request !== null && after.request !== null;
    const differences = isBoth ? requestDifferences(before.request, after.request) : [];
    kept.push({
      change: kind,
      eventId: event.id,
      appId: event.appId,
      eventName: event.name,
      targetKey,
      before,
      after,
      differences,
    });
    this.#examples.set(key, kept);
    this.#exampleCount += 1;
  }
}

function reasonOf({ kind, before, after }: TargetChange): string | null {
  switch (kind) {
    case "newly_sent":
      return before.reason;
    case "no_longer_sent":
    case "not_sent":
      return after.reason;
    case "sent_otherwise":
    case "unchanged":
      return null;
  }
}
