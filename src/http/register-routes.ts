import type { FastifyInstance } from "fastify";
import { yamlMediaTypes } from "#src/contract/catalog-contract.ts";
import { serveBackfills } from "./backfills-routes.ts";
import { servePostbacksInBulk } from "./bulk-postbacks-routes.ts";
import type { CallerFinder } from "./caller.ts";
import { serveCatalog } from "./catalog-routes.ts";
import { serveDocs } from "./docs-routes.ts";
import { serveErasure } from "./erasure-routes.ts";
import { serveEvents } from "./events-routes.ts";
import { serveExplain } from "./explain-routes.ts";
import { serveGallery } from "./gallery-routes.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import type { KeyRate } from "./key-rate.ts";
import { serveKeys } from "./keys-routes.ts";
import { serveNotices } from "./notices-routes.ts";
import { serveOperations } from "./operations-routes.ts";
import { servePartnerTest } from "./partner-test-routes.ts";
import { servePauses } from "./pauses-routes.ts";
import { serveInvites } from "./people/invite-routes.ts";
import { serveUsers } from "./people/users-routes.ts";
import { servePostbacks } from "./postbacks-routes.ts";
import { servePreview } from "./preview-routes.ts";
import { serveRates } from "./rates-routes.ts";
import { serveReplays } from "./replays-routes.ts";
import { serveAudit } from "./resources/audit-routes.ts";
import { serveKnownEvents } from "./resources/known-events-routes.ts";
import { serveResourceActions } from "./resources/resource-action-routes.ts";
import { serveResources } from "./resources/resource-routes.ts";
import { serveRulesImport } from "./rules-import-routes.ts";
import { scopeOf } from "./scope.ts";
import { serveSecrets } from "./secrets-routes.ts";
import { routeServer } from "./serve-route.ts";
import { serveSimulations } from "./simulations-routes.ts";
import { serveStats } from "./stats-routes.ts";
import { serveStream } from "./stream-routes.ts";

/** Every route but intake. Bodies come as bytes and are read by the contract's schemas. */
export const registerRoutes = (
  app: FastifyInstance,
  dependencies: HttpDependencies,
  { findCaller, rate }: { readonly findCaller: CallerFinder; readonly rate: KeyRate },
): void => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(["application/json", ...yamlMediaTypes], { parseAs: "buffer" }, (_request, body, done) =>
    done(null, body),
  );
  const { engine, settings } = dependencies;
  const serve = routeServer(app, {
    findCaller,
    rate,
    scopeFor: (caller) => scopeOf(engine.catalog.current().catalog, caller),
    limits: settings.limits,
  });
  serveEvents(serve, dependencies);
  serveExplain(serve, dependencies);
  servePostbacks(serve, dependencies);
  servePostbacksInBulk(serve, dependencies);
  serveReplays(serve, dependencies);
  servePreview(serve, dependencies);
  serveStream(serve, dependencies);
  serveStats(serve, dependencies);
  serveSimulations(serve, dependencies);
  serveBackfills(serve, dependencies);
  servePauses(serve, dependencies);
  serveCatalog(serve, dependencies);
  serveResources(serve, dependencies);
  serveRulesImport(serve, dependencies);
  serveResourceActions(serve, dependencies);
  serveAudit(serve, dependencies);
  serveKnownEvents(serve, dependencies);
  serveKeys(serve, dependencies);
  serveUsers(serve, dependencies);
  serveInvites(serve, dependencies);
  serveSecrets(serve, dependencies);
  serveRates(serve, dependencies);
  servePartnerTest(serve, dependencies);
  serveGallery(serve, dependencies);
  serveNotices(serve, dependencies);
  serveErasure(serve, dependencies);
  serveDocs(serve, dependencies);
  serveOperations(serve, dependencies);
};
