import { didYouMean } from "#src/contract/did-you-mean.ts";
import type { NoticeTargetWire, OpenNoticeWire } from "#src/contract/notices-contract.ts";
import { routes } from "#src/contract/routes.ts";
import { timeText } from "#src/contract/wire-time.ts";
import { type AccountId, appId, noticeTargetId } from "#src/core/ids.ts";
import { concernsAccount } from "#src/core/notices/concerns-account.ts";
import type { NoticeAddress, NoticeTarget, OpenNotice } from "#src/core/notices/notice.ts";
import { nameOfOwnSecret, ownedSecretName } from "#src/core/templates/secret-owner.ts";
import type { Act } from "#src/ports/audit-trail.ts";
import { type ActDraft, actsOf } from "./acts.ts";
import type { Caller } from "./caller.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { openOncePerKey } from "./idempotency.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { Scope } from "./scope.ts";
import type { RouteAnswer, RouteInput, ServeRoute } from "./serve-route.ts";

type Draft = RouteInput<typeof routes.putNotice>["body"];
type ById = { readonly params: { readonly id: string }; readonly caller: Caller };

const idBytes = 9;

export const serveNotices = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { engine } = dependencies;
  const { ofCaller, find } = noticesOfCallers(dependencies);
  serve(routes.listNotices, async ({ caller }) => {
    const [targets, open] = await Promise.all([ofCaller(caller), engine.notices.open()]);
    const { catalog } = engine.catalog.current();
    const theirs = open.filter((notice) => concernsAccount(notice, caller.accountId, catalog));
    return { kind: "ok", answer: { data: targets.map(targetAnswer), open: theirs.map(openAnswer) } };
  });

  serve(routes.readNotice, async (asked) => {
    const found = await find(asked);
    return "kind" in found ? found : { kind: "ok", answer: targetAnswer(found) };
  });

  serve(routes.testNotice, async (asked) => {
    const found = await find(asked);
    if ("kind" in found) return found;
    const told = await engine.notices.test(found);
    return { kind: "ok", answer: { heard: told.kind === "told", reason: told.kind === "told" ? null : told.reason } };
  });

  serveChanges(serve, dependencies);
};

/** Each is told of in the audit log, in the transaction that it is written in. */
const serveChanges = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { storage, clock, chance } = dependencies;
  const { notices } = storage;
  const { find } = noticesOfCallers(dependencies);
  const acts = (caller: Caller, { id, accountId, appId: app }: NoticeTarget, what: ToldOfNotice): readonly Act[] =>
    actsOf(clock, caller, { kind: "notice", subject: id, account: accountId, app, ...what });

  const makeOnce = openOncePerKey<RouteAnswer<typeof routes.makeNotice>>(clock);
  serve(routes.makeNotice, (asked) =>
    makeOnce(asked, async () => {
      const { accountId } = asked.caller;
      const refused = await refuseDraft(dependencies, asked, accountId);
      if (refused !== null) return refused;
      const made = targetOf(asked.body, accountId);
      const same = (await notices.targets()).find((one) => isSameNotice(one, accountId, made));
      if (same !== undefined) return refuse("notice.exists", `to: ${same.id} tells the same to the same already`);
      const id = noticeTargetId(`notice_${Buffer.from(chance.bytes(idBytes)).toString("base64url")}`);
      const target: NoticeTarget = { id, accountId, ...made };
      await notices.putTarget(target, acts(asked.caller, target, { verb: "made", after: told(target) }));
      return { kind: "ok", answer: targetAnswer(target) };
    }),
  );

  serve(routes.putNotice, async (asked) => {
    const found = await find(asked);
    if ("kind" in found) return found;
    const refused = await refuseDraft(dependencies, asked, found.accountId);
    if (refused !== null) return refused;
    const target: NoticeTarget = { id: found.id, accountId: found.accountId, ...targetOf(asked.body, found.accountId) };
    const changed = { verb: "changed", before: told(found), after: told(target) } as const;
    await notices.putTarget(target, acts(asked.caller, target, changed));
    return { kind: "ok", answer: targetAnswer(target) };
  });

  serve(routes.removeNotice, async (asked) => {
    const found = await find(asked);
    if ("kind" in found) return found;
    await notices.removeTarget(found.id, acts(asked.caller, found, { verb: "removed", before: told(found) }));
    return { kind: "ok", answer: { id: found.id } };
  });
};

/** An account's own; another's is not there. */
const noticesOfCallers = ({ storage: { notices } }: HttpDependencies) => {
  const ofCaller = async (caller: Caller): Promise<readonly NoticeTarget[]> =>
    (await notices.targets()).filter(({ accountId }) => caller.isOperator || accountId === caller.accountId);
  const find = async ({ params, caller }: ById): Promise<NoticeTarget | Refusal> =>
    (await ofCaller(caller)).find(({ id }) => id === params.id) ??
    refuse("notice.not_found", `there is no notice ${params.id}`);
  return { ofCaller, find };
};

const refuseDraft = async (
  dependencies: HttpDependencies,
  { body: { app_id: app, to }, scope: { seesApp } }: { readonly body: Draft; readonly scope: Scope },
  owner: AccountId,
): Promise<Refusal | null> => {
  const { engine, storage } = dependencies;
  if (app !== null && !(seesApp(app) && engine.catalog.current().apps.has(appId(app))))
    return refuse("notice.app_unknown", `app_id: there is no app ${app}`);
  if (to.kind === "mail" && dependencies.mailer === null)
    return refuse("notice.mail_unset", "to: this server sends no mail; set CAROM_MAIL_URL, or name a webhook");
  if (to.kind === "mail") return null;
  const reason = dependencies.refuseAddress(to.url);
  if (reason !== null) return refuse("notice.address_refused", `to.url: ${reason}`);
  if (to.secret === null) return null;
  const name = ownedSecretName(owner, to.secret);
  const names = (await storage.secrets.all()).map((secret) => secret.name);
  if (names.includes(name)) return null;
  const own = names.flatMap((known) => nameOfOwnSecret(owner, known) ?? []);
  return refuse(
    "notice.secret_unset",
    `to.secret: there is no secret ${to.secret}${didYouMean(to.secret, own)}; set it first: carom secrets set ${to.secret}`,
  );
};

/** Whatever it is called: whoever is told twice reads neither. */
const isSameNotice = (
  one: NoticeTarget,
  owner: AccountId,
  { to, kinds, appId: app, active }: Pick<NoticeTarget, "to" | "kinds" | "appId" | "active">,
): boolean =>
  one.accountId === owner &&
  one.active === active &&
  one.appId === app &&
  JSON.stringify([one.to, one.kinds]) === JSON.stringify([to, kinds]);

const targetOf = (
  { name, active, kinds, app_id: app, to }: Draft,
  owner: AccountId,
): Omit<NoticeTarget, "id" | "accountId"> => ({
  name,
  active,
  kinds,
  appId: app === null ? null : appId(app),
  to: addressOf(to, owner),
});

/** An account signs with its own secrets. */
const addressOf = (to: Draft["to"], owner: AccountId): NoticeAddress =>
  to.kind === "mail" ? to : { ...to, secret: to.secret === null ? null : ownedSecretName(owner, to.secret) };

const targetAnswer = ({ id, accountId, name, active, kinds, appId: app, to }: NoticeTarget): NoticeTargetWire => ({
  id,
  account_id: accountId,
  name,
  active,
  kinds: kinds === "*" ? kinds : [...kinds],
  app_id: app,
  to: shownAddress(to, accountId),
});

type ToldOfNotice = Pick<ActDraft, "verb" | "before" | "after">;

/** Without the rest of an address: the path of a webhook is often a secret, and a mail address somebody's. */
const told = ({ name, active, kinds, to }: NoticeTarget): object => ({
  name,
  active,
  kinds,
  to: to.kind === "mail" ? { kind: to.kind } : { kind: to.kind, origin: URL.parse(to.url)?.origin ?? null },
});

const shownAddress = (to: NoticeAddress, owner: AccountId): NoticeTargetWire["to"] =>
  to.kind === "mail" || to.secret === null ? to : { ...to, secret: nameOfOwnSecret(owner, to.secret) };

const openAnswer = (notice: OpenNotice): OpenNoticeWire => ({
  kind: notice.kind,
  subject: notice.subject,
  app_id: notice.appId,
  partner_id: notice.partnerId,
  detail: notice.detail,
  since: timeText(notice.since),
  opened_at: timeText(notice.openedAt),
  told_at: timeText(notice.toldAt),
});
