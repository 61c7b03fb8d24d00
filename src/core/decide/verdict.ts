import type { Decision, DecisionTarget, SkipReason } from "#src/core/postbacks/decision.ts";
import type { OnceMark } from "#src/core/postbacks/once-mark.ts";
import type { RenderedRequest } from "#src/core/postbacks/postback.ts";
import type { Receiver } from "#src/core/postbacks/receiver.ts";
import type { RenderOutcome } from "#src/core/templates/template.ts";
import type { TracedMacro } from "#src/core/templates/traced-macro.ts";

/** What a target's template makes of an event, with every macro in its place. */
export type Preview = {
  readonly target: DecisionTarget;
  readonly targetKey: string;
  readonly outcome: RenderOutcome | { readonly kind: "no_template" };
  readonly macros: readonly TracedMacro[];
};

/** What a decision rests on beside the event and the catalog. */
export type DecisionInputs = {
  /** Target keys of rules with `frequency: once` that another event of the same subject has matched. */
  readonly shownBefore: ReadonlySet<string>;
  /** Number of the redelivery whose postbacks are rendered, as their ids have it; 0 without it. */
  readonly redelivery?: number;
};

export const nothingShown: DecisionInputs = { shownBefore: new Set() };

export type Explanation = { readonly decision: Decision; readonly steps: readonly ExplainedStep[] };

/** One step of a decision as it stands for this event. `expected` and `actual` are words for people. */
export type ExplainedStep = {
  /** What the step looks for: a skip, or what makes a match a dead postback. */
  readonly reason: SkipReason | "render_error";
  readonly passed: boolean;
  readonly expected: string;
  readonly actual: string;
  /** Path in the catalog document of the setting that the step looked at. */
  readonly setBy: string | null;
  /** What to change so that it is sent, where that can be told of this very event. */
  readonly fix?: string | null;
};

export type Verdict = {
  readonly decisions: readonly Decision[];
  /**
   * What is decided of most events like this one: the same object for all of them, which `decisions` differs from at few
   * places, if any, and goes on behind. So a store can tell it once. Null where there is none.
   */
  readonly usual: readonly Decision[] | null;
  readonly matches: readonly Match[];
  /** Of the matches: what is to be recorded with them, so that once is once. */
  readonly marks: readonly OnceMark[];
  /** True when a skip rests on the lack of an install record: the event waits for a late install. */
  readonly waitsForInstall: boolean;
};

/** A match and the postback it makes. A render fault makes a dead postback, never a throw. */
export type Match = {
  readonly decision: Decision;
  readonly receiver: Receiver;
  /** Stable per target, goes into the postback's id (`postback-id.ts`). */
  readonly targetTag: string;
  readonly rendered:
    | { readonly kind: "request"; readonly request: RenderedRequest }
    | { readonly kind: "dead"; readonly reason: "render_error"; readonly message: string };
};
