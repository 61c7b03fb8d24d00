import { type SecretWire, type UnsetSecretWire, unsetSecretsMax } from "#src/contract/keys-contract.ts";
import { movedProblem } from "#src/contract/moved-problem.ts";
import { routes } from "#src/contract/routes.ts";
import { timeText } from "#src/contract/wire-time.ts";
import { type SecretUse, secretsInUse } from "#src/core/catalog/secrets-in-use.ts";
import type { SecretName } from "#src/core/ids.ts";
import type { ActVerb } from "#src/core/permissions/act.ts";
import { pathText } from "#src/core/problem.ts";
import { nameOfOwnSecret, ownedSecretName } from "#src/core/templates/secret-owner.ts";
import { webhookKeyOf } from "#src/core/templates/webhook-key.ts";
import type { SealedSecret, SecretFault } from "#src/ports/secret-store.ts";
import { actsOf } from "./acts.ts";
import type { Caller } from "./caller.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { refuse } from "./refusal.ts";
import type { ServeRoute } from "./serve-route.ts";

export const serveSecrets = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { storage, clock, seal, secretFault, secretsChanged, engine, advise } = dependencies;
  serve(routes.listSecrets, async ({ scope }) => {
    const data = (await storage.secrets.all()).flatMap((secret) => {
      const name = nameOfOwnSecret(scope.accountId, secret.name);
      return name === null ? [] : [secretAnswer(name, secret, secretFault(secret))];
    });
    const set = new Set(data.map(({ name }) => name));
    const unset = secretsInUse(engine.catalog.current().catalog)
      .filter(({ owner, name }) => owner === scope.accountId && !set.has(name))
      .slice(0, unsetSecretsMax)
      .map(unsetAnswer);
    return { kind: "ok", answer: { data, unset } };
  });
  const acts = (caller: Caller, subject: string, verb: ActVerb) =>
    actsOf(clock, caller, { kind: "secret", subject, verb });
  serve(routes.putSecret, async ({ params, body, caller, scope }) => {
    const name = ownedSecretName(scope.accountId, params.name);
    const signs = webhookKeyOf(body.value) === null ? await whoSignsWith(dependencies, name) : null;
    if (signs !== null)
      return refuse("secret.no_key", `value: ${signs} signs as Standard Webhooks with it: write whsec_ and base64`);
    const sealed = { name, box: seal({ name, value: body.value }), updatedAt: clock.now() };
    await storage.secrets.put(sealed, acts(caller, params.name, "set"));
    await secretsChanged();
    return { kind: "ok", answer: secretAnswer(params.name, sealed, null) };
  });
  /** Where notices are signed with it: they cannot be sent without. */
  const signedBy = async (name: SecretName): Promise<readonly string[]> =>
    (await storage.notices.targets())
      .filter(({ to }) => to.kind === "webhook" && to.secret === name)
      .map(({ id }) => `notices.${id}.to.secret`);
  const unsetPlaces = async (): Promise<readonly string[]> => {
    const { catalog } = engine.catalog.current();
    const unset = (await advise(catalog)).filter(({ code }) => code === "catalog.secret_unset");
    return unset.map((problem) => pathText(movedProblem(problem, catalog, () => null).path));
  };
  serve(routes.removeSecret, async ({ params, caller, scope }) => {
    // What lacks a secret afterwards and did not before is of this account: it alone names its secrets.
    const before = new Set(await unsetPlaces());
    const name = ownedSecretName(scope.accountId, params.name);
    if (!(await storage.secrets.remove(name, acts(caller, params.name, "removed"))))
      return refuse("secret.not_found", `there is no secret ${params.name}`);
    await secretsChanged();
    const unset = (await unsetPlaces()).filter((place) => !before.has(place));
    return {
      kind: "ok",
      answer: { name: params.name, needed_by: [...unset, ...(await signedBy(name))] },
    };
  });
};

/** Who needs a secret to be a key of Standard Webhooks, in words; or null. */
const whoSignsWith = async (
  { engine, storage }: Pick<HttpDependencies, "engine" | "storage">,
  name: SecretName,
): Promise<string | null> => {
  const partner = engine.catalog
    .current()
    .catalog.partners.find(
      ({ signing, accountId }) =>
        signing?.kind === "standard_webhooks" && ownedSecretName(accountId, signing.secret) === name,
    );
  if (partner !== undefined) return `partner ${partner.id}`;
  const target = (await storage.notices.targets()).find(({ to }) => to.kind === "webhook" && to.secret === name);
  return target === undefined ? null : `the notice target ${target.name}`;
};

const secretAnswer = (name: string, { updatedAt }: SealedSecret, fault: SecretFault | null): SecretWire => ({
  name,
  fault,
  updated_at: timeText(updatedAt),
});

const unsetAnswer = ({ name, appId, partnerId, ruleId }: SecretUse): UnsetSecretWire => ({
  name,
  app_id: appId,
  partner_id: partnerId,
  rule_id: ruleId,
});
