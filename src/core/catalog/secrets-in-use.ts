import type { AccountId, AppId, PartnerId, RuleId } from "#src/core/ids.ts";
import { secretNamesIn } from "#src/core/templates/secret-names.ts";
import type { App, Catalog, Integration, Partner, PostbackTemplate, TemplateKind } from "./catalog.ts";
import type { RequestTemplate } from "./request-template.ts";

/** A secret without which an integration or a rule that is switched on has postbacks that wait. */
export type SecretUse = {
  readonly name: string;
  /** The account whose secret it is. */
  readonly owner: AccountId;
  readonly appId: AppId;
  /** Null of a rule, which has no partner. */
  readonly partnerId: PartnerId | null;
  /** Null of an integration. */
  readonly ruleId: RuleId | null;
};

/** Each once. What is switched off, or covered by a template that is used before it, needs none. */
export function secretsInUse({ active, partners, apps }: Catalog): readonly SecretUse[] {
  if (!active) return [];
  const byId = new Map(partners.filter((partner) => partner.active).map((partner) => [partner.id, partner]));
  const namesOf = namesReader();
  return apps
    .filter((app) => app.active)
    .flatMap((app) => [...ofIntegrations(app, byId, namesOf), ...ofRules(app, namesOf)]);
}

function ofIntegrations(
  app: App,
  partners: ReadonlyMap<PartnerId, Partner>,
  namesOf: NamesReader,
): readonly SecretUse[] {
  return app.integrations.flatMap((integration) => {
    const partner = partners.get(integration.partnerId);
    if (partner === undefined || !integration.active) return [];
    const place = { appId: app.id, partnerId: partner.id, ruleId: null };
    const owner = integration.configurator ?? app.accountId;
    const isSent = ({ eventKind }: PostbackTemplate) => sendsKind(integration, eventKind);
    const overrides = integration.templates.filter(isSent);
    const own = partner.templates.filter((template) => isSent(template) && !isCovered(template, overrides));
    // An override of another account than the partner's is not signed in its name.
    const isSigned = own.length > 0 || (owner === partner.accountId && overrides.length > 0);
    const ofPartner = new Set(namesOf(own.map(({ request }) => request)));
    if (partner.signing !== null && isSigned) ofPartner.add(partner.signing.secret);
    const ofIntegration = namesOf(overrides.map(({ request }) => request));
    return [
      ...[...ofPartner].map((name) => ({ name, owner: partner.accountId, ...place })),
      ...ofIntegration
        .filter((name) => owner !== partner.accountId || !ofPartner.has(name))
        .map((name) => ({ name, owner, ...place })),
    ];
  });
}

function ofRules({ id: appId, accountId, rules }: App, namesOf: NamesReader): readonly SecretUse[] {
  return rules
    .filter((rule) => rule.active)
    .flatMap(({ id, request }) =>
      namesOf([request]).map((name) => ({ name, owner: accountId, appId, partnerId: null, ruleId: id })),
    );
}

function sendsKind({ installPostbacks, inApp }: Integration, kind: TemplateKind): boolean {
  switch (kind) {
    case "install":
      return installPostbacks !== "off";
    case "rejected_install":
      return installPostbacks !== "off" && inApp.rejectedEvents;
    case "in_app_event":
    case "skan_postback":
      return inApp.active;
    case "rejected_event":
      return inApp.active && inApp.rejectedEvents;
  }
}

/** An override for its platform, or for all of them, is used before it. */
const isCovered = (
  { eventKind, platform, privacy }: PostbackTemplate,
  overrides: readonly PostbackTemplate[],
): boolean =>
  overrides.some(
    (override) =>
      override.eventKind === eventKind &&
      override.privacy === privacy &&
      (override.platform === null || override.platform === platform),
  );

type NamesReader = (requests: readonly RequestTemplate[]) => readonly string[];

/** Ten thousand apps have few partners: each template is read once. */
function namesReader(): NamesReader {
  const known = new Map<RequestTemplate, readonly string[]>();
  const namesIn = (request: RequestTemplate): readonly string[] => {
    let names = known.get(request);
    if (names === undefined) {
      const { url, headers, body } = request;
      names = [url, ...headers.map(({ value }) => value), body ?? ""].flatMap(secretNamesIn);
      known.set(request, names);
    }
    return names;
  };
  return (requests) => [...new Set(requests.flatMap(namesIn))];
}
