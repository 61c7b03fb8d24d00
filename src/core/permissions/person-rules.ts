import type { AccountId, UserId } from "#src/core/ids.ts";
import { isAtLeast, type Role } from "#src/core/permissions/role.ts";

/** As much of a membership as the rules about people ask. */
export type PlaceInAccount = {
  readonly userId: UserId;
  readonly accountId: AccountId;
  readonly role: Role;
  readonly acceptedAt: number | null;
};

/** Who acts on people. */
export type Governor = {
  readonly accountId: AccountId;
  readonly role: Role | null;
  readonly isOperator: boolean;
};

/** Nobody gives a role that is higher than their own, nor takes one away. */
export const mayGiveRole = (by: Governor, role: Role): boolean => by.role !== null && isAtLeast(by.role, role);

/**
 * What concerns the whole person, a password or being let in at all, is for who may act on every place that they
 * have: an admin of one account would otherwise reset the password of another account's owner. An open invitation is no place: a stranger could
 * keep an admin out by inviting their people.
 */
export const mayGovern = (by: Governor, places: readonly PlaceInAccount[]): boolean =>
  places.every(
    ({ accountId, role, acceptedAt }) =>
      acceptedAt === null || ((by.isOperator || accountId === by.accountId) && mayGiveRole(by, role)),
  );

/** Whether an account would be without an owner if this person were none. Who was invited or is shut out does not count. */
export const isLastOwner = (
  { userId, accountId }: Pick<PlaceInAccount, "userId" | "accountId">,
  places: readonly PlaceInAccount[],
  isShutOut: (id: UserId) => boolean,
): boolean => {
  const owners = places.filter(
    (place) =>
      place.accountId === accountId && place.role === "owner" && place.acceptedAt !== null && !isShutOut(place.userId),
  );
  return owners.length === 1 && owners[0]?.userId === userId;
};
