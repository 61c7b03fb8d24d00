import type { FastifyInstance } from "fastify";
import { takeBytes } from "#src/http/body-bytes.ts";
import type { HttpDependencies } from "#src/http/http-dependencies.ts";
import { showRefusals } from "#src/http/pages/refusal-pages.ts";
import { registerPages } from "#src/http/pages/register-pages.ts";
import { type RouteServing, routeServer } from "#src/http/serve-route.ts";
import { serveLinks } from "./link-routes.ts";
import { serveOidc } from "./oidc-routes.ts";
import { registerSessions } from "./session-cookie.ts";
import { serveSessions } from "./session-routes.ts";

/** The routes that make and end sessions, and the pages; the rest of the API is not to pay for what makes them. */
export const registerPeople = async (
  app: FastifyInstance,
  dependencies: HttpDependencies,
  serving: RouteServing,
): Promise<void> => {
  const { people, chance, access } = dependencies;
  // No other media type: a form of another site cannot send this one.
  takeBytes(app, ["application/json"]);
  await registerSessions(app, { ...people, limits: people.sessionLimits, chance });
  showRefusals(app);
  // The socket is the command line's, which has no use for pages.
  if (access === "keys")
    app.register((scope, _options, done) => {
      registerPages(scope, dependencies);
      done();
    });
  const serve = routeServer(app, serving);
  serveSessions(serve, dependencies);
  serveLinks(serve, dependencies);
  serveOidc(serve, dependencies);
};
