/**
 * Where a macro stands, which says how its value is made fit for it: percent-encoded in a URL, its
 * query, a form and (`percent`) Adobe's other bodies; quoted in JSON, or bare as a JSON value; as entities in XML. In the host a parameter stands as it is.
 */
export const macroPlaces = [
  "host",
  "url",
  "query",
  "form",
  "header",
  "plain",
  "percent",
  "xml",
  "json_string",
  "json_value",
] as const;
export type MacroPlace = (typeof macroPlaces)[number];
