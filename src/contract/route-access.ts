import type { Role } from "#src/core/permissions/role.ts";

export const keyKinds = ["ingest", "export", "management"] as const;
export type KeyKind = (typeof keyKinds)[number];
/** Kinds whose keys speak for one app, and have no role. */
type AppKeyKind = Exclude<KeyKind, "management">;

/**
 * The least that a management key or a person must be. Whoever has a role in the main account is its viewer at least; an
 * operator is its admin or owner.
 */
export type Level = Role | "main_viewer" | "operator";

/** Who may call a route. Whose resources it then speaks of is for its handler's scope to say. */
export type RouteAccess =
  | { readonly kind: "anybody" }
  | {
      readonly kind: "known";
      readonly least: Level;
      /** Keys of one app that may call it too. */
      readonly appKeys: readonly AppKeyKind[];
    };

export const anybody: RouteAccess = { kind: "anybody" };
export const atLeast = (least: Level, ...appKeys: readonly AppKeyKind[]): RouteAccess => ({
  kind: "known",
  least,
  appKeys,
});

/** Who may call it, in words for people. */
export const accessText = (access: RouteAccess): string => {
  if (access.kind === "anybody") return "anybody";
  return [levelText(access.least), ...access.appKeys.map((kind) => `an ${kind} key`)].join(", or ");
};

const levelText = (level: Level): string => {
  switch (level) {
    case "operator":
      return "an operator";
    case "main_viewer":
      return "the role viewer or more in the main account";
    case "viewer":
    case "editor":
    case "admin":
    case "owner":
      return `the role ${level} or more`;
  }
};
