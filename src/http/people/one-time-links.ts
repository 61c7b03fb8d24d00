import type { AccountId, UserId } from "#src/core/ids.ts";
import type { Hashes } from "#src/core/templates/hashes.ts";
import type { Chance } from "#src/ports/chance.ts";
import type { Clock } from "#src/ports/clock.ts";
import type { OneTimeLink } from "#src/ports/people-store.ts";
import type { PeopleBook } from "./people-book.ts";

/** Links that do one thing once. Whoever makes one hands it on; nothing of it but its hash is kept. */
export type OneTimeLinks = {
  /** A new one, not written yet, with what it makes void: those of the same purpose, and those that have ended. */
  readonly make: (wanted: WantedLink) => MadeLink;
  readonly find: (token: string) => FoundLink;
};

export type WantedLink = {
  readonly kind: OneTimeLink["kind"];
  readonly userId: UserId | null;
  readonly accountId: AccountId | null;
};
export type MadeLink = { readonly link: OneTimeLink; readonly token: string; readonly voided: readonly string[] };
export type FoundLink =
  | { readonly kind: "link"; readonly link: OneTimeLink }
  | { readonly kind: "unknown" | "used" | "expired" };

const tokenBytes = 32;
const prefix = "carom_link_";
const dayMs = 86_400_000;
const lifeMs = {
  invitation: 7 * dayMs,
  reset: dayMs,
  first_owner: dayMs,
} as const satisfies Record<OneTimeLink["kind"], number>;
/** One that was used or has ended says so for so long. */
const rememberedMs = 30 * dayMs;

export const openOneTimeLinks = (dependencies: {
  readonly book: PeopleBook;
  readonly clock: Clock;
  readonly hashes: Hashes;
  readonly chance: Chance;
}): OneTimeLinks => {
  const { book, clock, hashes, chance } = dependencies;
  return {
    make: (wanted) => {
      const token = prefix + Buffer.from(chance.bytes(tokenBytes)).toString("base64url");
      const now = clock.now();
      const link = {
        ...wanted,
        hash: hashes.sha256(token),
        createdAt: now,
        expiresAt: now + lifeMs[wanted.kind],
        usedAt: null,
      };
      const voided = book.links().filter((old) => isSamePurpose(old, wanted) || old.expiresAt + rememberedMs < now);
      return { link, token, voided: voided.map(({ hash }) => hash) };
    },
    find: (token) => {
      const link = book.link(hashes.sha256(token));
      if (link === null) return { kind: "unknown" };
      if (link.usedAt !== null) return { kind: "used" };
      return link.expiresAt <= clock.now() ? { kind: "expired" } : { kind: "link", link };
    },
  };
};

const isSamePurpose = (link: OneTimeLink, { kind, userId, accountId }: WantedLink): boolean =>
  link.kind === kind && link.userId === userId && link.accountId === accountId;
