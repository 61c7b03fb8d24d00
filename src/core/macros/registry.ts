import { attributionMacros } from "./attribution-macros.ts";
import { contextMacros } from "./context-macros.ts";
import { deviceMacros } from "./device-macros.ts";
import { eventMacros } from "./event-macros.ts";
import { identityMacros } from "./identity-macros.ts";
import type { Macro } from "./macro.ts";
import { messageMacros } from "./message-macros.ts";
import { timeMacros } from "./time-macros.ts";

/**
 * The one registry of macros: documentation, lint suggestions, menus and tests are made from it.
 * A new macro is a new row in one of its parts. Names are unique, and so are the spellings within
 * a dialect (`registry.test.ts`).
 */
export const macros: readonly Macro[] = [
  ...eventMacros,
  ...timeMacros,
  ...attributionMacros,
  ...identityMacros,
  ...deviceMacros,
  ...messageMacros,
  ...contextMacros,
];
