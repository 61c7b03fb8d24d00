import type { FastifyInstance } from "fastify";

/** Bodies of these media types come as bytes, and no other bodies at all: what they hold is read by whoever asked for them. */
export const takeBytes = (app: FastifyInstance, mediaTypes: readonly string[]): void => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser([...mediaTypes], { parseAs: "buffer" }, (_request, body, done) => done(null, body));
};
