import type { FastifyRequest } from "fastify";

/**
 * Where a request went, for those who watch: the route as the contract writes it, never what stands in its places. A
 * one-time link is one of them, and whoever reads a link that was refused for its form alone could use it.
 */
export const toldPath = ({ routeOptions, url }: Pick<FastifyRequest, "routeOptions" | "url">): string => {
  const route = routeOptions?.url;
  if (route !== undefined) return route.replace(/:(\w+)/g, "{$1}");
  const [path = ""] = url.split("?", 1);
  return path.replace(/[^/]+/g, (part) => (noToken.test(part) ? part : "…"));
};

/** A part of a path that is no route: of a token or a key it is too short to be any use. */
const noToken = /^[A-Za-z0-9._-]{1,24}$/;
