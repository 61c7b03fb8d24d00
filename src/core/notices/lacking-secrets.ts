import type { SecretUse } from "#src/core/catalog/secrets-in-use.ts";
import type { SecretName } from "#src/core/ids.ts";
import { ownedSecretName } from "#src/core/templates/secret-owner.ts";

/** A secret that is not set, and one partner's integrations, or one rule, whose postbacks wait for it. */
export type LackingSecret = {
  /** `token for partner north`, `token for rule com.example.game/crashes`. */
  readonly subject: string;
  /** The first of them. */
  readonly use: SecretUse;
  /** Integrations of the partner in more apps. */
  readonly others: number;
};

/** Ten thousand apps that share a partner's secret lack one. */
export function lackingSecrets(uses: readonly SecretUse[], set: ReadonlySet<SecretName>): readonly LackingSecret[] {
  const lacking = uses.filter(({ owner, name }) => !set.has(ownedSecretName(owner, name)));
  return [...Map.groupBy(lacking, subjectOf)].flatMap(([subject, [use, ...others]]) =>
    use === undefined ? [] : [{ subject, use, others: others.length }],
  );
}

const subjectOf = ({ owner, name, appId, partnerId, ruleId }: SecretUse): string =>
  `${ownedSecretName(owner, name)} for ${partnerId === null ? `rule ${appId}/${ruleId}` : `partner ${partnerId}`}`;
