import type { AttemptWire, PostbackSummaryWire, PostbackWire, RequestWire } from "#src/contract/postback-wire.ts";
import { partKeyOf } from "#src/core/catalog/catalog-part.ts";
import type { AppId, PostbackId } from "#src/core/ids.ts";
import { isJsonObject, parseJson } from "#src/core/json/parse-json.ts";
import type { Postback, RenderedRequest } from "#src/core/postbacks/postback.ts";
import { configuratorOfReceiver, ownerOfReceiver } from "#src/core/postbacks/target-key.ts";
import type { CatalogStore, PartVersion } from "#src/ports/catalog-store.ts";
import type { DeliveryLog } from "#src/ports/delivery-log.ts";
import { requestAnswer } from "./postback-answer.ts";
import { type Scope, seesRevenue } from "./scope.ts";

/** What stands where something may tell an amount from when revenue was shared. */
const untoldText = "not told: revenue is not granted now";

type Stores = {
  readonly catalog: Pick<CatalogStore, "history">;
  readonly log: Pick<DeliveryLog, "readEvent" | "readPostback">;
};
type Made = Pick<Postback, "eventId" | "receiverId">;

/** Versions of one grant that are read at once. */
const pageSize = 20;

/**
 * When an app's revenue was last shared with an account that is granted none now: what was made until then may tell it.
 * Null where it never was, and where it is now.
 */
export const sharedUntil = async (store: Stores["catalog"], scope: Scope, app: AppId): Promise<number | null> => {
  if (seesRevenue(scope, { appId: app })) return null;
  const key = partKeyOf({ kind: "grant", appId: app, accountId: scope.accountId });
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof store.history>> = await store.history({ key }, { limit: pageSize, cursor });
    const taken = page.items.find(sharedBefore);
    if (taken !== undefined) return taken.savedAt;
    cursor = page.nextCursor;
  } while (cursor !== null);
  return null;
};

const sharedBefore = ({ before }: PartVersion): boolean => {
  const parsed = before === null ? null : parseJson(before);
  return parsed?.kind === "parsed" && isJsonObject(parsed.value) && parsed.value["share_revenue"] === true;
};

/**
 * Of an agency's own postbacks, those that may tell what was paid though its grant does not let it know any more. An
 * event's request may be as old as the event, however late its postback was made: it may be sent again as it was.
 * Where a template has put an amount cannot be seen in what it made (it may be rounded, or hashed, or in a path): so
 * nothing of such a request is told but where it went.
 */
export const openWithheldRevenue =
  ({ catalog, log }: Stores) =>
  async (scope: Scope, made: readonly Made[]): Promise<readonly boolean[]> => {
    const untils = new Map<AppId, number | null>();
    const withheld: boolean[] = [];
    for (const { eventId, receiverId } of made) {
      const app = ownerOfReceiver(receiverId)?.appId ?? null;
      if (app === null || scope.isOperator || configuratorOfReceiver(receiverId) !== scope.accountId) {
        withheld.push(false);
        continue;
      }
      const until = untils.has(app) ? untils.get(app) : await sharedUntil(catalog, scope, app);
      untils.set(app, until ?? null);
      if (until === null || until === undefined) withheld.push(false);
      else withheld.push(((await log.readEvent(eventId))?.event.receivedAt ?? 0) <= until);
    }
    return withheld;
  };

/** A request that a postback had, as far as the caller may read it. */
export const openToldRequest = (stores: Stores) => {
  const isWithheld = openWithheldRevenue(stores);
  return async (scope: Scope, id: PostbackId, request: RenderedRequest): Promise<RequestWire> => {
    const answer = requestAnswer(request);
    if (scope.isOperator) return answer;
    const detail = await stores.log.readPostback(id);
    const [withheld] = detail === null ? [true] : await isWithheld(scope, [detail.postback]);
    return withheld === true ? withoutValues(answer) : answer;
  };
};

/** A request without anything that a template may have put an event's values into: a host is never one of them. */
export const withoutValues = ({ method, url, headers, body }: RequestWire): RequestWire => ({
  method,
  url: urlWithoutValues(url),
  headers: headers.map(({ name }) => ({ name, value: untoldText })),
  body: body === null ? null : untoldText,
});

const urlWithoutValues = (url: string): string => {
  const [, scheme = "", host = ""] = origin.exec(url) ?? [];
  return `${scheme}${host} (${untoldText})`;
};

/** Its user and password, where it has some, are a template's too. */
const origin = /^(https?:\/\/)(?:[^/?#]*@)?([^/?#@]*)/;

export const summaryWithoutValues = <Wire extends PostbackSummaryWire>(answer: Wire): Wire => ({
  ...answer,
  url: urlWithoutValues(answer.url),
});

/** A partner's answer may say the request back. */
export const postbackWithoutValues = (answer: PostbackWire): PostbackWire => ({
  ...summaryWithoutValues(answer),
  request: withoutValues(answer.request),
  render_message: answer.render_message === null ? null : untoldText,
  attempt_log: answer.attempt_log.map(attemptWithoutValues),
});

const attemptWithoutValues = ({ response, unmet, ...attempt }: AttemptWire): AttemptWire => ({
  ...attempt,
  response: response === null ? null : { ...response, headers: response.headers.map(toldName), body: untoldText },
  unmet: unmet === null ? null : { ...unmet, actual: untoldText },
});

const toldName = ({ name }: { readonly name: string }) => ({ name, value: untoldText });
