import { isIP } from "node:net";
import type { Catalog, Partner, RequestTemplate } from "#src/core/catalog.ts";
import { pathText } from "#src/core/check-catalog/findings.ts";
import type { AccountId } from "#src/core/ids.ts";
import type { Problem } from "#src/core/problem.ts";
import { ownedSecretName } from "#src/core/secret-owner.ts";

type Path = Problem["path"];

/** What this server knows and a catalog by itself does not. */
export type Surroundings = {
  /** Why an address is not sent to, or null. */
  readonly guard: (address: string) => string | null;
  readonly secretNames: ReadonlySet<string>;
};

/** Warnings about a catalog as this server would serve it: hosts that it does not send to, secrets that it does not have. */
export const catalogAdvice = (catalog: Catalog, surroundings: Surroundings): readonly Problem[] => [
  ...catalog.partners.flatMap(({ signing, accountId }, index) => {
    const path = ["partners", index, "signing", "secret"];
    return signing === null ? [] : secretAdvice([signing.secret], { path, owner: accountId }, surroundings);
  }),
  ...requestsOf(catalog).flatMap(({ path, request, owner }) => [
    ...hostAdvice(request.url, [...path, "url"], surroundings),
    ...textsOf(request).flatMap(({ text, member }) =>
      secretAdvice(secretsIn(text), { path: [...path, ...member], owner }, surroundings),
    ),
  ]),
];

/** `owner`: whose secrets it names. */
type Place = { readonly path: Path; readonly owner: AccountId };
type PlacedRequest = Place & { readonly request: RequestTemplate };

const requestsOf = ({ partners, apps }: Catalog): readonly PlacedRequest[] => [
  ...partners.flatMap((partner, index) =>
    templatesOf(partner, { path: ["partners", index], owner: partner.accountId }),
  ),
  ...apps.flatMap((app, index) => [
    ...app.integrations.flatMap((integration, at) => {
      const owner = integration.configurator ?? app.accountId;
      return templatesOf(integration, { path: ["apps", index, "integrations", at], owner });
    }),
    ...app.rules.map((rule, at) => {
      return { path: ["apps", index, "rules", at, "template"], request: rule.request, owner: app.accountId };
    }),
  ]),
];

const templatesOf = ({ templates }: Pick<Partner, "templates">, { path, owner }: Place): readonly PlacedRequest[] =>
  templates.map(({ request }, index) => ({ path: [...path, "templates", index], request, owner }));

const textsOf = ({ url, headers, body }: RequestTemplate): readonly { text: string; member: Path }[] => [
  { text: url, member: ["url"] },
  ...headers.map(({ value, name }) => ({ text: value, member: ["headers", name] })),
  ...(body === null ? [] : [{ text: body, member: ["body"] }]),
];

/** Only a host that is written out: where a parameter stands in it, the sender judges it. */
const hostAdvice = (url: string, path: Path, { guard }: Surroundings): readonly Problem[] => {
  const refused = writtenAddressRefusal(url, guard);
  if (refused === null) return [];
  const message = `${refused.host} is not sent to: ${refused.reason}; CAROM_ALLOWED_NETWORKS names networks that may be sent to nevertheless`;
  return [warning("catalog.address_refused", path, message)];
};

/** Why an address that stands in a URL is not sent to; null for a name, and for one that is. */
export const writtenAddressRefusal = (
  url: string,
  guard: Surroundings["guard"],
): { readonly host: string; readonly reason: string } | null => {
  const written = /^https?:\/\/([^/?#({]+)/i.exec(url)?.[1];
  if (written === undefined || !URL.canParse(`http://${written}`)) return null;
  // The parser turns 2130706433 and 0x7f.1 into 127.0.0.1, as the sender does.
  const host = new URL(`http://${written}`).hostname.replace(/^\[|\]$/g, "");
  const address = host === "localhost" ? "127.0.0.1" : host;
  const reason = isIP(address) === 0 ? null : guard(address);
  return reason === null ? null : { host, reason };
};

const secretPattern = /[({$]\s*secret\.([A-Za-z0-9_.-]+)/gi;

const secretsIn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(secretPattern)].map(([, name = ""]) => name)),
];

const secretAdvice = (
  names: readonly string[],
  { path, owner }: Place,
  { secretNames }: Surroundings,
): readonly Problem[] =>
  names
    .filter((name) => !secretNames.has(ownedSecretName(owner, name)))
    .map((name) => {
      const message = `there is no secret ${name}, and postbacks that need it wait: \`carom secrets set ${name}\``;
      return warning("catalog.secret_unset", path, message);
    });

const warning = (code: string, path: Path, message: string): Problem => ({
  path,
  code,
  message: `${pathText(path)}: ${message}`,
});
