import type { FastifyInstance } from "fastify";
import { takeBytes } from "#src/http/body-bytes.ts";
import type { HttpDependencies } from "#src/http/http-dependencies.ts";
import { serveHome } from "./home-page.ts";
import { serveLinkPages } from "./link-pages.ts";
import { stylePath } from "./page.ts";
import { pageServer } from "./page-server.ts";
import { pageStyle } from "./page-style.ts";
import { servePasswordPages } from "./password-pages.ts";
import { serveSignIn } from "./sign-in-pages.ts";

/**
 * Plain pages, made here and without any script, by which people come in and sign in with a browser. They ask what
 * the JSON routes ask, by the same functions, and are no part of the API's contract.
 */
export const registerPages = (app: FastifyInstance, dependencies: HttpDependencies): void => {
  takeBytes(app, ["application/x-www-form-urlencoded"]);
  app.get(stylePath, (_request, reply) =>
    reply
      .header("content-type", "text/css; charset=utf-8")
      .header("cache-control", "max-age=300")
      .header("x-content-type-options", "nosniff")
      .send(pageStyle),
  );
  const pages = pageServer(app, dependencies);
  serveHome(pages, dependencies);
  serveSignIn(pages, dependencies.people);
  serveLinkPages(pages, dependencies);
  servePasswordPages(pages, dependencies);
};
