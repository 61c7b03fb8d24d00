import { mainAccountId } from "#src/core/catalog/main-account.ts";
import { type AccountId, type SecretName, secretName } from "#src/core/ids.ts";
import type { CompiledTemplate } from "#src/core/templates/template.ts";
import { hasSecretMark, markStart } from "./secret-mark.ts";

/** The name under which an account's secret is kept: another account's of the same name is another secret. */
export const ownedSecretName = (owner: AccountId, name: string): SecretName =>
  secretName(owner === mainAccountId ? name : `${owner}/${name}`);

/** The account's own name of a kept secret, or null where it is another's. */
export function nameOfOwnSecret(owner: AccountId, kept: SecretName): string | null {
  const slash = kept.indexOf("/");
  if (owner === mainAccountId) return slash < 0 ? kept : null;
  return slash >= 0 && kept.slice(0, slash) === owner ? kept.slice(slash + 1) : null;
}

/** The same template, whose marks name the secrets of the account that it belongs to. */
export function withSecretOwner(compiled: CompiledTemplate, owner: AccountId): CompiledTemplate {
  if (owner === mainAccountId) return compiled;
  const prefix = ownedSecretName(owner, "");
  const own = (text: string): string =>
    hasSecretMark(text) ? text.replace(secretMarks, (mark) => mark + prefix) : text;
  return {
    ...compiled,
    render: (view) => {
      const outcome = compiled.render(view);
      if (outcome.kind !== "request") return outcome;
      const { url, headers, body, ...rest } = outcome.request;
      const request = { ...rest, url: own(url), headers: headers.map(own), body: body === null ? null : own(body) };
      return { kind: "request", request };
    },
    trace: (view) =>
      compiled.trace(view).map((macro) => ({ ...macro, encoded: macro.encoded === null ? null : own(macro.encoded) })),
  };
}

/** Of secrets, and of signatures, up to where the secret's name stands. */
const secretMarks = new RegExp(
  `${markStart}(?:url|header|json|form|xml|plain|standard_webhooks|hmac:[a-z0-9]+:[a-z0-9]+):`,
  "g",
);
