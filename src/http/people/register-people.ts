import type { FastifyInstance } from "fastify";
import type { CallerFinder } from "#src/http/caller.ts";
import type { HttpDependencies } from "#src/http/http-dependencies.ts";
import type { KeyRate } from "#src/http/key-rate.ts";
import { showRefusals } from "#src/http/pages/refusal-pages.ts";
import { registerPages } from "#src/http/pages/register-pages.ts";
import { scopeOf } from "#src/http/scope.ts";
import { routeServer } from "#src/http/serve-route.ts";
import { serveLinks } from "./link-routes.ts";
import { serveOidc } from "./oidc-routes.ts";
import { registerSessions } from "./session-cookie.ts";
import { serveSessions } from "./session-routes.ts";

/** The routes that make and end sessions; the rest of the API is not to pay for what makes them. */
export const registerPeople = async (
  app: FastifyInstance,
  dependencies: HttpDependencies,
  { findCaller, rate }: { readonly findCaller: CallerFinder; readonly rate: KeyRate },
): Promise<void> => {
  const { people, chance, engine, settings } = dependencies;
  app.removeAllContentTypeParsers();
  // No other media type: a form of another site cannot send this one.
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  await registerSessions(app, { ...people, limits: people.sessionLimits, chance });
  showRefusals(app);
  // The socket is the command line's, which has no use for pages.
  if (dependencies.access === "keys")
    app.register((scope, _options, done) => {
      registerPages(scope, dependencies);
      done();
    });
  const serve = routeServer(app, {
    findCaller,
    rate,
    scopeFor: (caller) => scopeOf(engine.catalog.current().catalog, caller),
    limits: settings.limits,
  });
  serveSessions(serve, dependencies);
  serveLinks(serve, dependencies);
  serveOidc(serve, dependencies);
};
