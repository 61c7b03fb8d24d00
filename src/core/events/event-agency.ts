import type { Event } from "./event.ts";

/** The agency's name that an event was reported or completed with, or null. */
export const afPrtOf = ({ fields, enrichment }: Event): string | null => {
  const name = fields.af_prt ?? enrichment?.fields.af_prt;
  return name === undefined ? null : String(name);
};
