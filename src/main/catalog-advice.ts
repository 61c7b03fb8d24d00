import type { App, Catalog, Partner } from "#src/core/catalog/catalog.ts";
import type { RequestTemplate } from "#src/core/catalog/request-template.ts";
import type { AccountId } from "#src/core/ids.ts";
import { type Problem, pathText } from "#src/core/problem.ts";
import { secretNamesIn } from "#src/core/templates/secret-names.ts";
import { ownedSecretName } from "#src/core/templates/secret-owner.ts";

import { hostRefusal } from "./host-refusal.ts";

type Path = Problem["path"];

/** What this server knows and a catalog by itself does not. */
export type Surroundings = {
  /** Why an address is not sent to, or null. */
  readonly guard: (address: string) => string | null;
  readonly secretNames: ReadonlySet<string>;
  /** Currencies of which a rate was imported. */
  readonly ratedCurrencies: ReadonlySet<string>;
};

/**
 * Warnings about a catalog as this server would serve it: hosts that it does not send to, secrets and exchange rates that it
 * does not have.
 */
export const catalogAdvice = (catalog: Catalog, surroundings: Surroundings): readonly Problem[] => [
  ...catalog.partners.flatMap(({ signing, accountId }, index) => {
    const path = ["partners", index, "signing", "secret"];
    return signing === null ? [] : secretAdvice([signing.secret], { path, owner: accountId }, surroundings);
  }),
  ...requestsOf(catalog).flatMap(({ path, request, owner }) => [
    ...hostAdvice(request.url, [...path, "url"], surroundings),
    ...textsOf(request).flatMap(({ text, member }) =>
      secretAdvice(secretNamesIn(text), { path: [...path, ...member], owner }, surroundings),
    ),
    ...dollarAdvice(request, path, surroundings),
  ]),
  ...catalog.apps.flatMap(({ integrations }, app) =>
    integrations.flatMap(({ currency }, at) =>
      currency === null
        ? []
        : rateAdvice(currency, { path: ["apps", app, "integrations", at, "currency"] }, surroundings),
    ),
  ),
];

/** What of a catalog leads to an address that is not sent to; what is as it was before is left out, whatever it was. */
export const refusedHosts = (catalog: Catalog, before: Catalog, guard: Surroundings["guard"]): readonly Problem[] => {
  // Parts that an edit does not touch are the same objects: of ten thousand apps one is looked at.
  const untouched = new Set<Partner | App>([...before.partners, ...before.apps]);
  const found = requestsOf(catalog, (part) => !untouched.has(part)).flatMap(({ path, request }) =>
    hostAdvice(request.url, [...path, "url"], { guard }).map((problem) => ({ problem, url: request.url })),
  );
  if (found.length === 0) return [];
  const known = new Set(requestsOf(before).map(({ request }) => request.url));
  return found.flatMap(({ problem, url }) => (known.has(url) ? [] : [problem]));
};

/** Each partner and app with a request to an address that is not sent to, and why, once. */
export const refusedParts = (
  catalog: Catalog,
  guard: Surroundings["guard"],
): readonly { readonly key: string; readonly refusal: string }[] => {
  const refusals = new Map<string, string>();
  for (const { path, request } of requestsOf(catalog)) {
    const refusal = hostRefusal(request.url, guard);
    const [list, index] = path;
    const part = list === "partners" ? catalog.partners[Number(index)] : catalog.apps[Number(index)];
    if (refusal !== null && part !== undefined)
      refusals.set(`${list === "partners" ? "partner" : "app"}/${part.id}`, refusal);
  }
  return [...refusals].map(([key, refusal]) => ({ key, refusal }));
};

/** `owner`: whose secrets it names. */
type Place = { readonly path: Path; readonly owner: AccountId };
type PlacedRequest = Place & { readonly request: RequestTemplate };

const requestsOf = (
  { partners, apps }: Catalog,
  isLookedAt: (part: Partner | App) => boolean = () => true,
): readonly PlacedRequest[] => [
  ...partners.flatMap((partner, index) =>
    isLookedAt(partner) ? templatesOf(partner, { path: ["partners", index], owner: partner.accountId }) : [],
  ),
  ...apps.flatMap((app, index) => (isLookedAt(app) ? requestsOfApp(app, ["apps", index]) : [])),
];

const requestsOfApp = (app: App, path: Path): readonly PlacedRequest[] => [
  ...app.integrations.flatMap((integration, at) => {
    const owner = integration.configurator ?? app.accountId;
    return templatesOf(integration, { path: [...path, "integrations", at], owner });
  }),
  ...app.rules.map((rule, at) => {
    return { path: [...path, "rules", at, "template"], request: rule.request, owner: app.accountId };
  }),
];

const templatesOf = ({ templates }: Pick<Partner, "templates">, { path, owner }: Place): readonly PlacedRequest[] =>
  templates.map(({ request }, index) => ({ path: [...path, "templates", index], request, owner }));

const textsOf = ({ url, headers, body }: RequestTemplate): readonly { text: string; member: Path }[] => [
  { text: url, member: ["url"] },
  ...headers.map(({ value, name }) => ({ text: value, member: ["headers", name] })),
  ...(body === null ? [] : [{ text: body, member: ["body"] }]),
];

const hostAdvice = (url: string, path: Path, { guard }: Pick<Surroundings, "guard">): readonly Problem[] => {
  const refusal = hostRefusal(url, guard);
  return refusal === null ? [] : [problem("catalog.address_refused", path, refusal)];
};

const secretAdvice = (
  names: readonly string[],
  { path, owner }: Place,
  { secretNames }: Surroundings,
): readonly Problem[] =>
  names
    .filter((name) => !secretNames.has(ownedSecretName(owner, name)))
    .map((name) => {
      const message = `there is no secret ${name}, and postbacks that need it wait: \`carom secrets set ${name}\``;
      return problem("catalog.secret_unset", path, message);
    });

const dollarPattern = /[({$|]\s*event_revenue_usd\b/i;

/** A template that tells the revenue in US dollars converts what the event does not tell so. */
const dollarAdvice = (request: RequestTemplate, path: Path, surroundings: Surroundings): readonly Problem[] => {
  const found = textsOf(request).find(({ text }) => dollarPattern.test(text));
  return found === undefined ? [] : rateAdvice("USD", { path: [...path, ...found.member] }, surroundings);
};

const rateAdvice = (
  currency: string,
  { path }: Pick<Place, "path">,
  { ratedCurrencies }: Pick<Surroundings, "ratedCurrencies">,
): readonly Problem[] => {
  // Rates are for one euro: the euro itself has one as soon as there is any other to convert from.
  const isKnown = currency === "EUR" ? ratedCurrencies.size > 0 : ratedCurrencies.has(currency);
  if (isKnown) return [];
  const what = ratedCurrencies.size === 0 ? "there are no exchange rates" : `there is no exchange rate of ${currency}`;
  const message = `${what}: revenue that was reported in another currency than ${currency} goes out without a value; import rates with \`carom rates import\``;
  return [problem("catalog.rate_missing", path, message)];
};

const problem = (code: string, path: Path, message: string): Problem => ({
  path,
  code,
  message: `${pathText(path)}: ${message}`,
});
