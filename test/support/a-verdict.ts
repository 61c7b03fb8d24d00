import type { CompiledApp } from "#src/core/compile/compiled-catalog.ts";
import { nothingShown } from "#src/core/decide/verdict.ts";
import type { Event } from "#src/core/events/event.ts";

/** What an app decides of an event, as codes: `match` or the skip reason of each target, in order. */
export const codesOf = (app: CompiledApp, event: Event): readonly string[] =>
  app.decide(event, nothingShown).decisions.map(({ outcome }) => (outcome.kind === "match" ? "match" : outcome.reason));

/** Addresses of the postbacks that an event makes, in order; `dead: …` for one that cannot be rendered. */
export const urlsOf = (app: CompiledApp, event: Event): readonly string[] =>
  app
    .decide(event, nothingShown)
    .matches.map(({ rendered }) => (rendered.kind === "request" ? rendered.request.url : `dead: ${rendered.message}`));
