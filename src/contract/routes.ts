import { appsFlyerRoutes } from "./appsflyer-contract.ts";
import { auditRoutes } from "./audit-contract.ts";
import { backfillRoutes } from "./backfills-contract.ts";
import { catalogRoutes } from "./catalog-contract.ts";
import { erasureRoutes } from "./erasure-contract.ts";
import { eventRoutes } from "./events-contract.ts";
import { galleryRoutes } from "./gallery-contract.ts";
import { keyRoutes, secretRoutes } from "./keys-contract.ts";
import { knownEventRoutes } from "./known-events-contract.ts";
import { leanplumRoutes } from "./leanplum-contract.ts";
import { noticeRoutes } from "./notices-contract.ts";
import { oidcRoutes } from "./oidc-contract.ts";
import { operationRoutes } from "./operations-contract.ts";
import { partnerTestRoutes } from "./partner-test-contract.ts";
import { pauseRoutes } from "./pauses-contract.ts";
import { postbackRoutes } from "./postbacks-contract.ts";
import { previewRoutes } from "./preview-contract.ts";
import { rateRoutes } from "./rates-contract.ts";
import { replayRoutes } from "./replays-contract.ts";
import { resourceActionRoutes } from "./resource-actions-contract.ts";
import { resourceRoutes } from "./resource-contract.ts";
import type { AnyRoute } from "./route.ts";
import { rulesImportRoutes } from "./rules-import-contract.ts";
import { segmentRoutes } from "./segment-contract.ts";
import { sessionRoutes } from "./session-contract.ts";
import { simulationRoutes } from "./simulations-contract.ts";
import { statsRoutes } from "./stats-contract.ts";
import { streamRoutes } from "./stream-contract.ts";
import { userRoutes } from "./users-contract.ts";

/** Every call of the API. http registers from it, openapi.json is made from it. */
export const routes = {
  ...eventRoutes,
  ...appsFlyerRoutes,
  ...segmentRoutes,
  ...postbackRoutes,
  ...replayRoutes,
  ...previewRoutes,
  ...simulationRoutes,
  ...backfillRoutes,
  ...statsRoutes,
  ...streamRoutes,
  ...partnerTestRoutes,
  ...pauseRoutes,
  ...catalogRoutes,
  ...rulesImportRoutes,
  ...leanplumRoutes,
  ...resourceActionRoutes,
  ...auditRoutes,
  ...knownEventRoutes,
  ...sessionRoutes,
  ...oidcRoutes,
  ...userRoutes,
  ...keyRoutes,
  ...secretRoutes,
  ...rateRoutes,
  ...galleryRoutes,
  ...noticeRoutes,
  ...erasureRoutes,
  ...operationRoutes,
} as const;

/** The same of every kind of resource: read, made, changed and removed by the same program. */
const routesOfResources: readonly AnyRoute[] = Object.values(resourceRoutes).flatMap((of) =>
  Object.values(of).filter((route) => route !== null),
);

export const allRoutes: readonly AnyRoute[] = [...Object.values(routes), ...routesOfResources];
