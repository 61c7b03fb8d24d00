import { type AccountId, type SecretName, secretName } from "./ids.ts";
import { mainAccountId } from "./main-account.ts";
import { hasSecretMark, markStart } from "./secret-mark.ts";
import type { CompiledTemplate } from "./template.ts";

/** The name under which an account's secret is kept: another account's of the same name is another secret. */
export const ownedSecretName = (owner: AccountId, name: string): SecretName =>
  secretName(owner === mainAccountId ? name : `${owner}/${name}`);

/** The account's own name of a kept secret, or null where it is another's. */
export function nameOfOwnSecret(owner: AccountId, kept: SecretName): string | null {
  const slash = kept.indexOf("/");
  if (owner === mainAccountId) return slash < 0 ? kept : null;
  return slash >= 0 && kept.slice(0, slash) === owner ? kept.slice(slash + 1) : null;
}

type SecretOwners = {
  /** Whose template it is. */
  readonly template: AccountId;
  /** Whose signing: the partner's, also where the template is an integration's own. */
  readonly signing: AccountId;
};

/** The same template, whose marks name the secrets of whom it belongs to. */
export function withSecretOwners(compiled: CompiledTemplate, owners: SecretOwners): CompiledTemplate {
  if (owners.template === mainAccountId && owners.signing === mainAccountId) return compiled;
  const own = (text: string): string => ownMarks(text, owners);
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

const secretMarks = new RegExp(`${markStart}(?:url|header|json|form|xml|plain):`, "g");
const signatureMarks = new RegExp(`${markStart}(?:standard_webhooks|hmac:[a-z0-9]+:[a-z0-9]+):`, "g");

const ownMarks = (text: string, { template, signing }: SecretOwners): string =>
  hasSecretMark(text)
    ? text
        .replace(secretMarks, (mark) => mark + ownedSecretName(template, ""))
        .replace(signatureMarks, (mark) => mark + ownedSecretName(signing, ""))
    : text;
