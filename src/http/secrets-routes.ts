import type { SecretWire } from "#src/contract/keys-contract.ts";
import { routes } from "#src/contract/routes.ts";
import { timeText } from "#src/contract/wire-time.ts";
import { secretName } from "#src/core/ids.ts";
import type { SealedSecret } from "#src/ports/secret-store.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { refuse } from "./refusal.ts";
import type { ServeRoute } from "./serve-route.ts";

export const serveSecrets = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { storage, clock, seal, secretsChanged } = dependencies;
  serve(routes.listSecrets, async () => {
    const secrets = await storage.secrets.all();
    return { kind: "ok", answer: { data: secrets.map(secretAnswer) } };
  });
  serve(routes.putSecret, async ({ params, body }) => {
    const name = secretName(params.name);
    const sealed = { name, box: seal({ name, value: body.value }), updatedAt: clock.now() };
    await storage.secrets.put(sealed);
    await secretsChanged();
    return { kind: "ok", answer: secretAnswer(sealed) };
  });
  serve(routes.removeSecret, async ({ params }) => {
    if (!(await storage.secrets.remove(secretName(params.name))))
      return refuse("secret.not_found", `there is no secret ${params.name}`);
    await secretsChanged();
    return { kind: "ok", answer: { name: params.name } };
  });
};

const secretAnswer = ({ name, updatedAt }: SealedSecret): SecretWire => ({ name, updated_at: timeText(updatedAt) });
