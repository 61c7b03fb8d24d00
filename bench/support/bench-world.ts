import { benchAppId } from "./bench-event.ts";

/** Names of what a bench has many of. The first app is the one that every bench has. */
export const appOf = (index: number): string => (index === 0 ? benchAppId : `${benchAppId}.${index}`);
export const installOf = (index: number): string => `install-${String(index).padStart(10, "0")}`;
