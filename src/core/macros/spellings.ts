import type { DialectName } from "#src/core/catalog/request-template.ts";
import type { Macro } from "./macro.ts";
import { macros } from "./registry.ts";

/** The macro's own name belongs to these dialects; the others know it by its spellings only. */
const namesOwn: ReadonlySet<DialectName> = new Set<DialectName>(["appsflyer", "carom"]);

/** How a macro is spelled in a dialect, the one to suggest first; none where the dialect does not have it. */
export const spellingsIn = (dialect: DialectName, { name, spellings }: Macro): readonly string[] => {
  const own = namesOwn.has(dialect) ? [name] : [];
  const listed = spellings[dialect] ?? [];
  return [...new Set(dialect === "carom" ? [...own, ...listed] : [...listed, ...own])];
};

/** Every spelling of a dialect with its macro; `normal` makes alike what the dialect takes as alike. */
export const macrosBySpelling = (
  dialect: DialectName,
  normal: (spelling: string) => string = (spelling) => spelling,
): ReadonlyMap<string, Macro> =>
  new Map(macros.flatMap((macro) => spellingsIn(dialect, macro).map((spelling) => [normal(spelling), macro] as const)));

export const allSpellings = (dialect: DialectName): readonly string[] =>
  macros.flatMap((macro) => spellingsIn(dialect, macro));
