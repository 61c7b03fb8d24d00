import { type FastifyInstance, fastify, LogController } from "fastify";
import { allRoutes } from "#src/contract/routes.ts";
import { answerBrokenConnection } from "./broken-connection.ts";
import { callerFinder, findLocalCaller } from "./caller.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { refusalOfFault } from "./http-faults.ts";
import { registerIntake } from "./intake-routes.ts";
import { sendRefusal } from "./refusal.ts";
import { registerRoutes } from "./register-routes.ts";
import { requestIdMint } from "./request-id.ts";
import { answerUnknownPaths } from "./unknown-path.ts";

/** Ids of receivers hold those of an app, a partner and an account. */
const pathPartLengthMax = 500;
const headersTimeoutMs = 15_000;
/** Longer than the idle time of common load balancers (60 s): the server must not close first. */
const keepAliveTimeoutMs = 72_000;

/** The whole API on one Fastify, not yet listening. */
export const buildHttp = async (dependencies: HttpDependencies): Promise<FastifyInstance> => {
  const { access, chance, keyring, log, settings } = dependencies;
  const findCaller = access === "local" ? findLocalCaller : callerFinder(keyring);
  const app = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    // The contract's schemas read every request. Fastify's own compilers would be a fifth of all files of a start.
    schemaController: { compilersFactory: { buildValidator: () => noSchema, buildSerializer: () => noSchema } },
    genReqId: requestIdMint(chance),
    trustProxy: settings.trustedProxies.length === 0 ? false : [...settings.trustedProxies],
    bodyLimit: settings.limits.bodyBytesMax,
    requestTimeout: settings.limits.requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    http: { headersTimeout: headersTimeoutMs },
    routerOptions: { maxParamLength: pathPartLengthMax },
    frameworkErrors: (fault, request, reply) => {
      sendRefusal(request, reply, refusalOfFault(fault, request));
    },
    clientErrorHandler: answerBrokenConnection,
  });
  // One logger for all requests: a child for each costs more than the rest of the framework.
  app.setChildLoggerFactory((logger) => logger);
  app.decorateRequest("caller", null);
  app.setErrorHandler((fault, request, reply) => sendRefusal(request, reply, refusalOfFault(fault, request)));
  answerUnknownPaths(app, allRoutes);
  app.register(async (scope) => registerIntake(scope, dependencies, findCaller));
  app.register(async (scope) => registerRoutes(scope, dependencies, findCaller));
  dependencies.extend?.(app);
  await app.ready();
  return app;
};

const noSchema = (): never => {
  throw new Error("a route carries a Fastify schema; routes are read by contract/");
};
