import type { Integration } from "#src/core/catalog/catalog.ts";
import type { AppRoutes } from "#src/core/decide/routes.ts";
import type { AppPlace } from "./compile-app.ts";

type Place = Pick<AppPlace, "app" | "tables">;
type Routes = Pick<AppRoutes, "integrations" | "plans">;

/** Kept of apps that begin with the same integration; beyond them all of these are forgotten here, and an app keeps what it has. */
const likesMax = 64;

/**
 * What was put together for the integrations of apps, to be taken by others that are alike: of ten thousand with the same
 * terms one is kept. Alike are apps whose integrations look at the same (`LikeAppTerms`): with the very same integrations, templates
 * and grants, and both switched on. Weak, for an edit leaves integrations behind.
 */
export class LikeRoutes {
  readonly #known = new WeakMap<Integration, { readonly place: Place; readonly routes: Routes }[]>();

  find(place: Place): Routes | null {
    const [first] = place.app.integrations;
    const known = first === undefined ? [] : (this.#known.get(first) ?? []);
    return known.find((like) => isAlike(like.place, place))?.routes ?? null;
  }

  add(place: Place, { integrations, plans }: Routes): void {
    const [first] = place.app.integrations;
    if (first === undefined) return;
    const known = this.#known.get(first) ?? [];
    if (known.length >= likesMax) known.length = 0;
    known.push({ place, routes: { integrations, plans } });
    this.#known.set(first, known);
  }
}

const isAlike = (one: Place, other: Place): boolean =>
  one.app.active === other.app.active &&
  isSameList(one.app.grants, other.app.grants) &&
  isSameList(one.app.integrations, other.app.integrations) &&
  isSameList(one.tables, other.tables);

const isSameList = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.length === other.length && one.every((member, at) => member === other[at]);
