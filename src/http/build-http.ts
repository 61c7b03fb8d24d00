import { type FastifyInstance, fastify, LogController } from "fastify";
import { allRoutes } from "#src/contract/routes.ts";
import { appCallerFinder, findLocalAppCaller } from "./app-caller.ts";
import { answerForNode, brokenConnectionAnswer } from "./broken-connection.ts";
import { callerFinder, findLocalCaller } from "./caller.ts";
import { serveAppsFlyer } from "./compat/appsflyer/appsflyer-routes.ts";
import { serveLeanplum } from "./compat/leanplum/leanplum-routes.ts";
import { serveSegment } from "./compat/segment/segment-routes.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { refusalOfFault } from "./http-faults.ts";
import { openIntakeDesk } from "./intake-desk.ts";
import { registerIntake } from "./intake-routes.ts";
import { openKeyRate } from "./key-rate.ts";
import { registerPeople } from "./people/register-people.ts";
import { sessionReader } from "./people/session-cookie.ts";
import { refuse, sendRefusal } from "./refusal.ts";
import { registerRoutes } from "./register-routes.ts";
import { requestIdMint } from "./request-id.ts";
import { scopeOf } from "./scope.ts";
import type { RouteServing } from "./serve-route.ts";
import { feedRefusals } from "./stream-routes.ts";
import { answerUnknownPaths } from "./unknown-path.ts";

/** Ids of receivers hold those of an app, a partner and an account. */
const pathPartLengthMax = 500;
const headersTimeoutMs = 15_000;
/** Longer than the idle time of common load balancers (60 s): the server must not close first. */
const keepAliveTimeoutMs = 72_000;

/** The whole API on one Fastify, not yet listening. */
export const buildHttp = async (dependencies: HttpDependencies): Promise<FastifyInstance> => {
  const { access, chance, clock, engine, hashes, keyring, log, settings } = dependencies;
  const findCaller = access === "local" ? findLocalCaller : callerFinder(keyring, sessionReader(dependencies.people));
  const mintRequestId = requestIdMint(chance);
  const app = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    // The contract's schemas read every request. Fastify's own compilers would be a fifth of all files of a start.
    schemaController: { compilersFactory: { buildValidator: () => noSchema, buildSerializer: () => noSchema } },
    genReqId: mintRequestId,
    trustProxy: settings.trustedProxies.length === 0 ? false : [...settings.trustedProxies],
    bodyLimit: settings.limits.bodyBytesMax,
    requestTimeout: settings.limits.requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    // Node would refuse a request without `host` with no body: it is refused below.
    http: { headersTimeout: headersTimeoutMs, requireHostHeader: false },
    routerOptions: { maxParamLength: pathPartLengthMax },
    frameworkErrors: (fault, request, reply) => {
      sendRefusal(request, reply, refusalOfFault(fault, request));
    },
    clientErrorHandler: brokenConnectionAnswer(mintRequestId),
  });
  // One logger for all requests: a child for each costs more than the rest of the framework.
  app.setChildLoggerFactory((logger) => logger);
  app.decorateRequest("caller", null);
  app.decorateRequest("refusedWith", null);
  feedRefusals(app, dependencies);
  answerForNode(app.server, mintRequestId);
  app.addHook("onRequest", (request, reply, done) => {
    const { headers, httpVersion } = request.raw;
    if (headers.host !== undefined || httpVersion !== "1.1") done();
    else sendRefusal(request, reply, refuse("request.malformed", "the request has no host header; HTTP/1.1 needs one"));
  });
  app.setErrorHandler((fault, request, reply) => sendRefusal(request, reply, refusalOfFault(fault, request)));
  answerUnknownPaths(app, allRoutes);
  const rate = openKeyRate(settings.limits, clock);
  const desk = openIntakeDesk(dependencies, rate);
  app.register(async (scope) => registerIntake(scope, desk, findCaller));
  const findAppCaller = access === "local" ? findLocalAppCaller : appCallerFinder(keyring);
  app.register(async (scope) => serveAppsFlyer(scope, { desk, findAppCaller, hashes }));
  app.register(async (scope) => serveSegment(scope, { desk, findAppCaller }));
  app.register(async (scope) => serveLeanplum(scope, { ...dependencies, rate }));
  const serving: RouteServing = {
    findCaller,
    rate,
    scopeFor: (caller) => scopeOf(engine.catalog.current().catalog, caller),
    limits: settings.limits,
  };
  app.register(async (scope) => registerRoutes(scope, dependencies, serving));
  app.register(async (scope) => registerPeople(scope, dependencies, serving));
  dependencies.extend?.(app);
  await app.ready();
  return app;
};

const noSchema = (): never => {
  throw new Error("a route carries a Fastify schema; routes are read by contract/");
};
