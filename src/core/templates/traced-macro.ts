import type { KnownPiece } from "#src/core/dialects/dialect.ts";
import type { EventView } from "#src/core/events/event-view.ts";
import type { MacroSource } from "#src/core/macros/macro.ts";
import { macros } from "#src/core/macros/registry.ts";
import type { Hashes } from "#src/core/templates/hashes.ts";
import type { MacroPlace } from "./macro-place.ts";
import type { ValuePart } from "./template-part.ts";

/** One macro of a template as it was filled in for one event: what preview and `carom render` show. */
export type TracedMacro = {
  /** As it stands in the template. */
  readonly written: string;
  /** Registry name of a value, else the name of the parameter or secret. */
  readonly name: string;
  readonly kind: "value" | "parameter" | "secret";
  /** Where the value comes from; of a member that the app names itself (`event_value`, context data) that is the app. */
  readonly source: MacroSource | "secret";
  /** Path in the template: `url`, `headers.0.value`, `body`. */
  readonly field: string;
  readonly place: MacroPlace;
  /** Before it is encoded; null where the event has none, and of secrets. */
  readonly value: string | null;
  /** What stands in the request; null where its parameter, header or member is left out, or the event is skipped for want of it. */
  readonly encoded: string | null;
};

/** A macro that found its slot when the template was compiled. */
export type PlacedMacro = {
  readonly piece: Exclude<KnownPiece, { kind: "text" }>;
  readonly field: string;
  readonly place: MacroPlace;
  readonly filled: string | ValuePart;
  /** Of a parameter. */
  readonly fixed: string | null;
};

export const traceMacro = (
  { piece, field, place, filled, fixed }: PlacedMacro,
  view: EventView,
  hashes: Hashes,
): TracedMacro => {
  const name = piece.kind === "value" ? piece.value.name : piece.name;
  const traced = { written: piece.written, name, kind: piece.kind, source: sourceOf(piece), field, place };
  if (typeof filled === "string") return { ...traced, value: fixed, encoded: filled };
  const value = filled.read(view, hashes);
  if (value !== null) return { ...traced, value, encoded: filled.encode(value) };
  return { ...traced, value, encoded: typeof filled.whenMissing === "string" ? filled.whenMissing : null };
};

const sourceByName: ReadonlyMap<string, MacroSource> = new Map(macros.map(({ name, source }) => [name, source]));

const sourceOf = (piece: PlacedMacro["piece"]): TracedMacro["source"] =>
  piece.kind === "value" ? (sourceByName.get(piece.value.name) ?? "sdk") : piece.kind;
