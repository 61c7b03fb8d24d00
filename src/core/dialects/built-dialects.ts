import type { DialectName } from "#src/core/catalog.ts";
import { appsflyerDialect } from "./appsflyer.ts";
import type { Dialect } from "./dialect.ts";

const built: Readonly<Partial<Record<DialectName, Dialect>>> = { appsflyer: appsflyerDialect };

/** Null for a dialect that Carom knows by name and cannot read yet. */
export const dialectNamed = (name: DialectName): Dialect | null => built[name] ?? null;
