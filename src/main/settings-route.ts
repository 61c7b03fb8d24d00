import type { FastifyInstance } from "fastify";
import { type Config, shownSettings } from "./config.ts";

/** Only on the socket: what a server runs with is its operator's to know. Without what is secret. */
export const settingsPath = "/local/settings";

export const addSettingsRoute = (server: FastifyInstance, { config }: { readonly config: Config }): void => {
  server.get(settingsPath, async (_request, reply) => reply.send(shownSettings(config)));
};
