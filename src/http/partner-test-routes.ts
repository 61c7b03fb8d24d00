import { routes } from "#src/contract/routes.ts";
import type { Integration } from "#src/core/catalog/catalog.ts";
import type { CompiledCatalog } from "#src/core/compile/compiled-catalog.ts";
import type { Preview } from "#src/core/decide/verdict.ts";
import { accountId, appId, partnerId } from "#src/core/ids.ts";
import { memberText } from "#src/core/json/json-text.ts";
import { integrationReceiverId } from "#src/core/postbacks/target-key.ts";
import { tellAround } from "./acts.ts";
import { givenEventReader } from "./given-event.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { openOncePerKey } from "./idempotency.ts";
import { attemptAnswer, requestAnswer } from "./postback-answer.ts";
import { messageOf } from "./preview-answer.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { Scope } from "./scope.ts";
import type { Answered, RouteAnswer, RouteInput, ServeRoute } from "./serve-route.ts";

type Answer = Promise<Answered<RouteAnswer<typeof routes.testPartner>>>;
type Body = RouteInput<typeof routes.testPartner>["body"];

export const servePartnerTest = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { engine } = dependencies;
  const readGiven = givenEventReader(dependencies);
  const testOnce = openOncePerKey<RouteAnswer<typeof routes.testPartner>>(dependencies.clock);
  const test = async ({ params, body, bodyText, caller, scope }: RouteInput<typeof routes.testPartner>): Answer => {
    const compiled = engine.catalog.current();
    const app = compiled.apps.get(appId(body.app_id));
    if (app === undefined || !scope.seesApp(body.app_id))
      return refuse("event.app_unknown", `app_id: ${body.app_id} is not in the catalog`);
    const integration = integrationOf(compiled, params.id, body);
    if (integration === null) return refuseUntestable(compiled, params.id, { body, scope });
    if (!mayTest(scope, body))
      return refuse("permission.denied", "whose integration it is sends tests: the app's owner, or the agency's own");
    const given = await readGiven(memberText(bodyText, "event") ?? sampleEvent(integration, body.app_id), scope);
    if (given.kind === "refusal") return given;
    if (given.event.appId !== body.app_id)
      return refuse("request.invalid", `event.app_id: must be ${body.app_id}, as app_id says`);
    const previews = app.preview({ ...given.event, isTest: true }).filter((preview) => isOf(preview, integration));
    const [preview] = previews;
    const why = preview === undefined ? "the partner has no template for it" : messageOf(preview.outcome);
    if (preview?.outcome.kind !== "request")
      return refuse("partner.test_unrendered", `no request can be written for this event: ${why}`);
    const { partnerId: partner, configurator } = integration;
    const receiver = compiled.receivers.get(integrationReceiverId(app.app.id, partner, configurator));
    if (receiver === undefined) return refuse("partner.not_found", `there is no receiver of ${params.id}`);
    const { request } = preview.outcome;
    const tested = { kind: "partner_test", subject: params.id, verb: "tested", account: app.app.accountId } as const;
    const deed = { caller, intent: { target: preview.targetKey }, drafts: [{ ...tested, app: app.app.id }] };
    const sent = await tellAround(dependencies, deed, {
      act: (begin) => begin().then(() => engine.sendTest(receiver, request)),
      outcome: (test) => ({ outcome: test.kind === "busy" ? "busy" : test.outcome }),
    });
    if (sent.kind === "busy") return refuse("partner.test_busy", "as many tests are under way as may be; wait for one");
    const { kind: _kind, ...heard } = sent;
    const attempt = attemptAnswer({ number: 1, spent: false, ...heard }, receiver.id);
    return { kind: "ok", answer: { target: preview.targetKey, request: requestAnswer(request), attempt } };
  };
  serve(routes.testPartner, (asked) => testOnce(asked, () => test(asked)));
};

/** A partner that is there and has no integration with the app is not unknown: it lacks what a test goes by. */
const refuseUntestable = (
  { catalog }: CompiledCatalog,
  id: string,
  { body, scope }: { readonly body: Body; readonly scope: Scope },
): Refusal => {
  if (!scope.seesPartner(id) || !catalog.partners.some((partner) => partner.id === id))
    return refuse("partner.not_found", `there is no partner ${id}`);
  const whose = body.configurator === null ? "of its own" : `of the agency ${body.configurator}`;
  return refuse(
    "integration.not_found",
    `the app ${body.app_id} has no integration ${whose} with the partner ${id}, and a test goes by one: make it first`,
  );
};

const mayTest = (scope: Scope, { app_id, configurator }: Body): boolean =>
  scope.ownsApp(app_id) ||
  (configurator === scope.accountId && scope.grantOf(app_id)?.configureInAppPostbacks === true);

const integrationOf = (compiled: CompiledCatalog, id: string, body: Body): Integration | null => {
  const app = compiled.apps.get(appId(body.app_id))?.app;
  const configurator = body.configurator === null ? null : accountId(body.configurator);
  return (
    app?.integrations.find(
      (integration) => integration.partnerId === partnerId(id) && integration.configurator === configurator,
    ) ?? null
  );
};

const isOf = ({ target }: Preview, { partnerId: partner, configurator }: Integration): boolean =>
  target.kind === "integration" && target.partnerId === partner && target.configurator === configurator;

const sampleEvent = ({ mappings }: Integration, app: string): string =>
  JSON.stringify({ app_id: app, event_name: mappings[0]?.eventName ?? "carom_test", is_test: true });
