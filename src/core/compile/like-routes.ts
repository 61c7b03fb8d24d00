import type { App, Integration } from "#src/core/catalog/catalog.ts";
import type { AppPlace } from "./compile-app.ts";

type Place = Pick<AppPlace, "app" | "tables">;

/** Kept of apps that begin with the same integration; beyond them all of these are forgotten here, and an app keeps what it has. */
const likesMax = 64;

/**
 * What was put together for apps, to be taken by others that are alike: of ten thousand with the same terms one is
 * kept. Alike are apps that no step tells apart: with the very same integrations, the very same templates, and without settings
 * of their own. Weak, for an edit leaves integrations behind.
 */
export class LikeRoutes<Routes> {
  readonly #known = new WeakMap<Integration, { readonly place: Place; readonly routes: Routes }[]>();

  find(place: Place): Routes | null {
    const [first] = place.app.integrations;
    const known = first === undefined ? [] : (this.#known.get(first) ?? []);
    return known.find((like) => isAlike(like.place, place))?.routes ?? null;
  }

  add(place: Place, routes: Routes): void {
    const [first] = place.app.integrations;
    if (first === undefined) return;
    const known = this.#known.get(first) ?? [];
    if (known.length >= likesMax) known.length = 0;
    known.push({ place, routes });
    this.#known.set(first, known);
  }
}

const isAlike = (one: Place, other: Place): boolean =>
  isSameList(one.app.integrations, other.app.integrations) &&
  isSameList(one.tables, other.tables) &&
  hasSameSettings(one.app, other.app);

/** All of an app but its integrations and its names, which are asked of the event's own app alone. */
function hasSameSettings(one: App, other: App): boolean {
  const settings = settingsOf(other);
  return [...settingsOf(one)].every(([name, setting]) => isSame(setting, settings.get(name)));
}

function settingsOf(app: App): ReadonlyMap<string, unknown> {
  const { id, name, integrations, ...settings } = app;
  return new Map(Object.entries(settings));
}

const isSameList = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((member, at) => member === other[at]);

const isSame = (one: unknown, other: unknown): boolean =>
  Array.isArray(one) && Array.isArray(other) ? isSameList(one, other) : one === other;
