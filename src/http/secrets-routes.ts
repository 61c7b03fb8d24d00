import type { SecretWire } from "#src/contract/keys-contract.ts";
import { routes } from "#src/contract/routes.ts";
import { timeText } from "#src/contract/wire-time.ts";
import type { ActVerb } from "#src/core/act.ts";
import { nameOfOwnSecret, ownedSecretName } from "#src/core/secret-owner.ts";
import type { SealedSecret } from "#src/ports/secret-store.ts";
import { tellAct } from "./acts.ts";
import type { Caller } from "./caller.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { refuse } from "./refusal.ts";
import type { ServeRoute } from "./serve-route.ts";

export const serveSecrets = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { storage, clock, seal, secretsChanged } = dependencies;
  serve(routes.listSecrets, async ({ scope }) => {
    const data = (await storage.secrets.all()).flatMap((secret) => {
      const name = nameOfOwnSecret(scope.accountId, secret.name);
      return name === null ? [] : [secretAnswer(name, secret)];
    });
    return { kind: "ok", answer: { data } };
  });
  const tell = (caller: Caller, subject: string, verb: ActVerb) =>
    tellAct(dependencies, caller, { kind: "secret", subject, verb });
  serve(routes.putSecret, async ({ params, body, caller, scope }) => {
    const name = ownedSecretName(scope.accountId, params.name);
    const sealed = { name, box: seal({ name, value: body.value }), updatedAt: clock.now() };
    await storage.secrets.put(sealed);
    await secretsChanged();
    await tell(caller, params.name, "set");
    return { kind: "ok", answer: secretAnswer(params.name, sealed) };
  });
  serve(routes.removeSecret, async ({ params, caller, scope }) => {
    if (!(await storage.secrets.remove(ownedSecretName(scope.accountId, params.name))))
      return refuse("secret.not_found", `there is no secret ${params.name}`);
    await secretsChanged();
    await tell(caller, params.name, "removed");
    return { kind: "ok", answer: { name: params.name } };
  });
};

const secretAnswer = (name: string, { updatedAt }: SealedSecret): SecretWire => ({
  name,
  updated_at: timeText(updatedAt),
});
