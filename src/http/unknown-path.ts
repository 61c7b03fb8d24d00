import type { FastifyInstance } from "fastify";
import type { AnyRoute } from "#src/contract/route.ts";
import { isNavigation, refusedPage } from "./pages/refusal-pages.ts";
import { problemOf, refuse, sendRefusal } from "./refusal.ts";

/** Tells a path that is not there (404) from one that does not take the method (405). */
export const answerUnknownPaths = (app: FastifyInstance, routes: readonly AnyRoute[]): void => {
  const patterns = routes.map(({ path, method }) => ({ pattern: patternOf(path), method }));
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?", 1)[0] ?? "";
    const methods = new Set(patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method));
    if (methods.size === 0) {
      const refusal = refuse("route.unknown", "there is nothing at this path");
      if (!isNavigation(request)) return sendRefusal(request, reply, refusal);
      return reply.send(refusedPage(request, reply, problemOf(refusal, request.id)));
    }
    const allow = [...methods].join(", ");
    const refusal = refuse("route.method", `this path takes ${allow}`, { headers: { allow } });
    return sendRefusal(request, reply, refusal);
  });
};

const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{\w+\}/g, "[^/]+")}$`);
