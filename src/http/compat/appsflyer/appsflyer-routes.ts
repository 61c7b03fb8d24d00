import type { FastifyInstance, FastifyRequest } from "fastify";
import { readRequestPart } from "#src/contract/request-problems.ts";
import { routes } from "#src/contract/routes.ts";
import type { Hashes } from "#src/core/templates/hashes.ts";
import type { AppCallerFinder, Credential } from "#src/http/app-caller.ts";
import type { Caller } from "#src/http/caller.ts";
import { type Answer, type CompatibleCall, serveCompatible } from "#src/http/compat/compatible-call.ts";
import { type EventMembers, eventText, readMembers, setMissing } from "#src/http/compat/event-members.ts";
import { noneAccepted } from "#src/http/intake-answer.ts";
import type { IntakeDesk } from "#src/http/intake-desk.ts";
import { type Refusal, refuse, refuseParts, sendRefusal } from "#src/http/refusal.ts";
import { answerInWords } from "./answer-in-words.ts";
import { translateRow } from "./raw-data-event.ts";
import { missingMember, translateServerEvent } from "./server-event.ts";

type Dependencies = {
  readonly desk: IntakeDesk;
  readonly findAppCaller: AppCallerFinder;
  readonly hashes: Hashes;
};

/** What AppsFlyer's clients call (`/inappevent/…`), and what AppsFlyer itself calls (`/appsflyer/push`). */
export const serveAppsFlyer = (app: FastifyInstance, dependencies: Dependencies): void =>
  serveCompatible(app, dependencies, [
    serverEvents(dependencies),
    pushedRows(dependencies),
    pushedQueries(dependencies),
  ]);

const serverEvents = ({ desk }: Dependencies): CompatibleCall => ({
  route: routes.sendAppsFlyerEvent,
  credential: {
    words: "send the header `authentication` with an ingest key of the app",
    presented: ({ headers }) => textsOf(headers["authentication"]),
  },
  refuseWith: answerInWords,
  take: async ({ request, text, caller }) => {
    const params = readRequestPart(routes.sendAppsFlyerEvent.params, request.params);
    if (params.kind === "refused") return refuseParts("the path", params.errors);
    const { app_id: app } = params.value;
    const refusal = refuseApp(app, caller);
    if (refusal !== null) return refusal;
    if (text.trim() === "") return noBody;
    const members = readMembers(text);
    const missing = members === null ? null : missingMember(members);
    if (missing !== null) return refuse("event.member_missing", missing.message);
    const named = members?.get("app_id");
    if (named !== undefined && named !== JSON.stringify(app))
      return refuse("event.app_forbidden", `app_id: the path says ${app}; leave it out of the body`);
    return append(desk, members === null ? text : eventText(translateServerEvent(members, app)), caller);
  },
});

const refuseApp = (app: string, { appId }: Caller): Refusal | null =>
  appId === null || appId === app
    ? null
    : refuse(
        "event.app_forbidden",
        `the key speaks for ${appId} and not for ${app}; an iOS app is written id123456789`,
      );

const noBody = refuse("events.none", "the body is empty: send one event as JSON");

/** The vendor lets its customer name the header: `Authorization`, or `X-` and more. */
const pushCredential: Credential = {
  words: "send an ingest key of the app in the header `authorization`, or in one whose name begins with `x-`",
  presented: ({ headers }) => [
    ...textsOf(headers.authorization).map((text) => text.replace(/^bearer\s+/i, "").trim()),
    ...Object.entries(headers).flatMap(([name, value]) => (name.startsWith("x-") ? textsOf(value) : [])),
  ],
};

const textsOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : [value].flat().map((text) => text.trim());

const pushedRows = ({ desk, hashes }: Dependencies): CompatibleCall => ({
  route: routes.pushAppsFlyerRow,
  credential: pushCredential,
  refuseWith: sendRefusal,
  take: async ({ request, text, caller }) => {
    if (text.trim() === "") return noBody;
    const row = readMembers(text);
    if (row === null) return append(desk, text, caller);
    const type = queryOf(request).get("event_type");
    if (type !== null) row.set("event_type", JSON.stringify(type));
    return append(desk, eventText(translateRow(row, hashes)), caller);
  },
});

const pushedQueries = ({ desk, hashes }: Dependencies): CompatibleCall => ({
  route: routes.pushAppsFlyerQuery,
  credential: pushCredential,
  refuseWith: sendRefusal,
  take: async ({ request, caller }) => {
    const row: EventMembers = new Map();
    for (const [name, value] of queryOf(request)) setMissing(row, name, JSON.stringify(value));
    if (row.size === 0) return refuse("events.none", "the query is empty: send the fields of one row as parameters");
    return append(desk, eventText(translateRow(row, hashes)), caller);
  },
});

const queryOf = ({ url }: FastifyRequest): URLSearchParams => new URLSearchParams(url.split("?").slice(1).join("?"));

const ok: Answer = { kind: "answer", mediaType: "text/plain; charset=utf-8", text: "OK" };

/** Neither a customer's server nor AppsFlyer's is a device: its address says nothing of the user. */
const append = async (desk: IntakeDesk, text: string, caller: Caller): Promise<Answer> => {
  const appended = await desk.append([text], { caller, senderIp: null });
  if (appended.kind === "refusal") return appended;
  return appended.intake.events.length === 0 ? noneAccepted(appended.intake, { lines: null, isSingle: true }) : ok;
};
