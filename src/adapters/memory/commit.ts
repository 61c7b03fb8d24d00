import type { Tables } from "./tables.ts";

/** Runs one transaction; refuses once the storage is closed. */
export type Commit = <Answer>(run: (tables: Tables) => Answer) => Promise<Answer>;
