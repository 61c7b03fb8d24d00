import { openApiDocument } from "#src/contract/open-api.ts";
import { routes } from "#src/contract/routes.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { refuse } from "./refusal.ts";
import { jsonMediaType, type ServeRoute } from "./serve-route.ts";

const notReadyRetryAfterS = "5";

export const serveOperations = (serve: ServeRoute, { engine, settings }: HttpDependencies): void => {
  serve(routes.isHealthy, () => ({ kind: "ok", answer: { status: "ok", version: settings.version } }));
  serve(routes.isReady, () => {
    const lost = settings.lost();
    const { refusing } = engine.status();
    if (lost === null && refusing === null) return { kind: "ok", answer: { status: "ready" } };
    const why = lost ?? `refusing: ${refusing}`;
    return refuse("server.not_ready", why, { headers: { "retry-after": notReadyRetryAfterS } });
  });
  serve(routes.readMetrics, async () => {
    const { metrics } = settings;
    return { kind: "text", text: await metrics.metrics(), mediaType: metrics.contentType };
  });
  let openApi: string | null = null;
  serve(routes.readOpenApi, () => {
    openApi ??= JSON.stringify(openApiDocument(settings.version));
    return { kind: "text", text: openApi, mediaType: jsonMediaType };
  });
};
