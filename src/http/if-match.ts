import { type Refusal, refuse } from "./refusal.ts";

/** The revision that a change was made from, by the header `if-match`; `any`: whatever is there. Null without one. */
export const readIfMatch = (header: string | undefined): number | "any" | null | Refusal => {
  if (header === undefined) return null;
  if (header.trim() === "*") return "any";
  const revision = /^(?:W\/)?"?(\d{1,15})"?$/.exec(header.trim())?.[1];
  return revision === undefined
    ? refuse("request.invalid", 'if-match: must be a revision such as "7", or *')
    : Number(revision);
};

/** Of the catalog as a whole, which is always there: `*` is nothing asked. */
export const expectedRevision = (header: string | undefined): number | null | Refusal => {
  const read = readIfMatch(header);
  return read === "any" ? null : read;
};

export const refuseLostRace = (revision: number): Refusal =>
  refuse("catalog.lost_race", `the catalog is at revision ${revision} by now; read it and change it anew`, {
    headers: { etag: `"${revision}"` },
  });
