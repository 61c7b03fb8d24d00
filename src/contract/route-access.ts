import type { Role } from "#src/core/permissions/role.ts";

export const keyKinds = ["ingest", "export", "management"] as const;
export type KeyKind = (typeof keyKinds)[number];
/** Kinds whose keys speak for one app, and have no role. */
type AppKeyKind = Exclude<KeyKind, "management">;

/** Who may call a route. Whose resources it then speaks of is for its handler's scope to say. */
export type RouteAccess =
  | { readonly kind: "anybody" }
  | {
      readonly kind: "known";
      /** The least role of a management key or of a person; an operator is an admin or owner of the main account. */
      readonly least: Role | "operator";
      /** Keys of one app that may call it too. */
      readonly appKeys: readonly AppKeyKind[];
    };

export const anybody: RouteAccess = { kind: "anybody" };
export const atLeast = (least: Role | "operator", ...appKeys: readonly AppKeyKind[]): RouteAccess => ({
  kind: "known",
  least,
  appKeys,
});

/** Who may call it, in words for people. */
export const accessText = (access: RouteAccess): string => {
  if (access.kind === "anybody") return "anybody";
  const least = access.least === "operator" ? "an operator" : `the role ${access.least} or more`;
  return [least, ...access.appKeys.map((kind) => `an ${kind} key`)].join(", or ");
};
