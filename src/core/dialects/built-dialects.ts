import type { DialectName } from "#src/core/catalog/request-template.ts";
import { adobeDialect } from "./adobe.ts";
import { appsflyerDialect } from "./appsflyer.ts";
import { caromDialect } from "./carom.ts";
import type { Dialect } from "./dialect.ts";
import { leanplumDialect } from "./leanplum.ts";

const built: Readonly<Record<DialectName, Dialect>> = {
  appsflyer: appsflyerDialect,
  leanplum: leanplumDialect,
  adobe: adobeDialect,
  carom: caromDialect,
};

/** A macro, parameter or secret as it stands in a template of the dialect. */
export const writtenIn: Readonly<Record<DialectName, (spelling: string) => string>> = {
  appsflyer: (spelling) => `(${spelling})`,
  leanplum: (spelling) => `{{${spelling}}}`,
  adobe: (spelling) => `{${spelling}}`,
  carom: (spelling) => `{${spelling}}`,
};

export const dialectNamed = (name: DialectName): Dialect => built[name];
