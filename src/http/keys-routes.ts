import type { KeyWire } from "#src/contract/key-wire.ts";
import { routes } from "#src/contract/routes.ts";
import { timeText } from "#src/contract/wire-time.ts";
import { apiKeyId, appId } from "#src/core/ids.ts";
import type { ApiKey } from "#src/ports/key-store.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { openOncePerKey } from "./idempotency.ts";
import { refuse } from "./refusal.ts";
import type { RouteAnswer, ServeRoute } from "./serve-route.ts";

export const serveKeys = (serve: ServeRoute, { keyring, engine, clock }: HttpDependencies): void => {
  const makeOnce = openOncePerKey<RouteAnswer<typeof routes.makeKey>>(clock);
  serve(routes.listKeys, () => ({ kind: "ok", answer: { data: keyring.all().map(keyAnswer) } }));
  serve(routes.makeKey, (asked) =>
    makeOnce(asked, async () => {
      const { body } = asked;
      const app = body.kind === "ingest" ? appId(body.app_id) : null;
      if (app !== null && !engine.catalog.current().apps.has(app))
        return refuse("key.app_unknown", `app_id: ${app} is not in the catalog; apply a catalog with it first`);
      const { key, secret } = await keyring.make({ kind: body.kind, name: body.name, appId: app });
      return { kind: "ok", answer: { ...keyAnswer(key), key: secret } };
    }),
  );
  serve(routes.removeKey, async ({ params }) =>
    (await keyring.remove(apiKeyId(params.id)))
      ? { kind: "ok", answer: { id: params.id } }
      : refuse("key.not_found", `there is no key ${params.id}`),
  );
};

const keyAnswer = ({ id, kind, name, appId: app, hint, createdAt }: ApiKey): KeyWire => ({
  id,
  kind,
  name,
  app_id: app,
  hint,
  created_at: timeText(createdAt),
});
