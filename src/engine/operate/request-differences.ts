import type { RenderedRequest } from "#src/core/postbacks/postback.ts";

/** One place where two requests are not alike; null where the place is in one of them only. */
export type RequestDifference = {
  /** `method`, `url` (up to the query), `query.<name>`, `header.<name>` or `body`. */
  readonly place: string;
  readonly before: string | null;
  readonly after: string | null;
};

/** A request of thousands of parameters is no example for people. */
const differencesMax = 50;

/** Where two requests differ: parameter by parameter and header by header; a body as a whole. */
export function requestDifferences(before: RenderedRequest, after: RenderedRequest): readonly RequestDifference[] {
  const old = placesOf(before);
  const fresh = placesOf(after);
  const places = new Set([...old.keys(), ...fresh.keys()]);
  return [...places]
    .map((place) => ({ place, before: old.get(place) ?? null, after: fresh.get(place) ?? null }))
    .filter((difference) => difference.before !== difference.after)
    .slice(0, differencesMax);
}

function placesOf({ method, url, headers, body }: RenderedRequest): ReadonlyMap<string, string> {
  const places = new Map<string, string>([["method", method]]);
  const mark = url.indexOf("?");
  places.set("url", mark < 0 ? url : url.slice(0, mark));
  for (const parameter of mark < 0 ? [] : url.slice(mark + 1).split("&")) {
    const [name = "", ...value] = parameter.split("=");
    addPlace(places, `query.${name}`, value.join("="));
  }
  for (let place = 0; place + 1 < headers.length; place += 2) {
    addPlace(places, `header.${headers[place]}`, headers[place + 1] ?? "");
  }
  if (body !== null) places.set("body", body);
  return places;
}

/** Of several of one name each has its number. */
function addPlace(places: Map<string, string>, name: string, value: string): void {
  let place = name;
  for (let number = 2; places.has(place); number += 1) place = `${name}#${number}`;
  places.set(place, value);
}
