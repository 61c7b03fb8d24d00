import type { KeyWire } from "#src/contract/key-wire.ts";
import { routes } from "#src/contract/routes.ts";
import { timeText, timeTextOrNull } from "#src/contract/wire-time.ts";
import { accountsOf } from "#src/core/catalog/main-account.ts";
import { accountId, apiKeyId, appId } from "#src/core/ids.ts";
import { isAtLeast, type Role } from "#src/core/permissions/role.ts";
import type { ApiKey } from "#src/ports/key-store.ts";
import { actsOf } from "./acts.ts";
import type { Caller } from "./caller.ts";
import type { HttpDependencies } from "./http-dependencies.ts";
import { openOncePerKey } from "./idempotency.ts";
import type { NewKey } from "./keyring.ts";
import { type Refusal, refuse } from "./refusal.ts";
import type { RouteAnswer, RouteInput, ServeRoute } from "./serve-route.ts";

export const serveKeys = (serve: ServeRoute, dependencies: HttpDependencies): void => {
  const { keyring, engine, clock } = dependencies;
  const makeOnce = openOncePerKey<RouteAnswer<typeof routes.makeKey>>(clock);
  const rotateOnce = openOncePerKey<RouteAnswer<typeof routes.rotateKey>>(clock);
  /** An ingest key goes with its app, since it ships inside it; another is its account's. */
  const ownedNow = (key: ApiKey): ApiKey => {
    const app = key.kind === "ingest" && key.appId !== null ? engine.catalog.current().apps.get(key.appId) : undefined;
    return app === undefined ? key : { ...key, accountId: app.app.accountId };
  };
  const readFor = (caller: Caller, id: string): ApiKey | null => {
    const read = keyring.read(apiKeyId(id));
    const key = read === null ? null : ownedNow(read);
    return key !== null && isOf(caller, key) ? key : null;
  };
  serve(routes.listKeys, ({ caller }) => {
    const keys = keyring
      .all()
      .map(ownedNow)
      .filter((key) => isOf(caller, key));
    return { kind: "ok", answer: { data: keys.map(keyAnswer) } };
  });
  serve(routes.makeKey, (asked) =>
    makeOnce(asked, async () => {
      const wanted = wantedKey(asked, engine.catalog.current().catalog);
      if ("code" in wanted) return wanted;
      const isOver = refuseEnd(wanted.expiresAt, clock.now());
      if (isOver !== null) return isOver;
      const { key, secret } = await keyring.make(wanted, (made) =>
        actsOf(clock, asked.caller, { ...actOn(made), verb: "made", after: keyAnswer(made) }),
      );
      return { kind: "ok", answer: { ...keyAnswer(key), key: secret } };
    }),
  );
  serve(routes.rotateKey, (asked) =>
    rotateOnce(asked, async () => {
      const { params, body, caller } = asked;
      const key = readFor(caller, params.id);
      if (key === null) return unknownKey(params.id);
      const isTooHigh = refuseRole(caller, key.role);
      if (isTooHigh !== null) return isTooHigh;
      // An end that somebody set is not put off by a rotation that says nothing of it.
      const expiresAt = body.expires_at === undefined ? key.expiresAt : body.expires_at;
      const isOver = refuseEnd(expiresAt, clock.now());
      if (isOver !== null) return isOver;
      const rotated = await keyring.rotate(key.id, {
        overlapMs: body.overlap,
        expiresAt,
        tell: ({ made, old }) => {
          const [before, after] = [keyAnswer(ownedNow(old)), keyAnswer(ownedNow(made))];
          return actsOf(clock, caller, { ...actOn(key), verb: "rotated", before, after });
        },
      });
      if (rotated === null) return unknownKey(params.id);
      const [before, after] = [keyAnswer(ownedNow(rotated.old)), keyAnswer(ownedNow(rotated.key))];
      return { kind: "ok", answer: { ...after, key: rotated.secret, replaces: before } };
    }),
  );
  serve(routes.removeKey, async ({ params, caller }) => {
    const key = readFor(caller, params.id);
    if (key === null) return unknownKey(params.id);
    const isTooHigh = refuseRole(caller, key.role);
    if (isTooHigh !== null) return isTooHigh;
    const acts = actsOf(clock, caller, { ...actOn(key), verb: "removed", before: keyAnswer(key) });
    if (!(await keyring.remove(key.id, acts))) return unknownKey(params.id);
    return { kind: "ok", answer: { id: params.id } };
  });
};

const actOn = ({ id, accountId: account, appId: app }: ApiKey) => ({ kind: "key", subject: id, account, app }) as const;

const isOf = (caller: Caller, key: ApiKey): boolean => caller.isOperator || key.accountId === caller.accountId;

const unknownKey = (id: string): Refusal => refuse("key.not_found", `there is no key ${id}`);

/** A key that has ended before it is handed out is nobody's wish. */
const refuseEnd = (expiresAt: number | null, now: number): Refusal | null => {
  if (expiresAt === null || expiresAt > now) return null;
  const message = `expires_at: the key would have ended ${timeText(expiresAt)}; say until when it is to work, or null`;
  return refuse("request.invalid", message, { errors: [{ path: "expires_at", code: "request.invalid", message }] });
};

/** An admin neither makes nor ends what an owner's key may do. */
const refuseRole = (caller: Caller, role: Role | null): Refusal | null =>
  role === null || (caller.role !== null && isAtLeast(caller.role, role))
    ? null
    : refuse("key.role_too_high", `role: the key is of the role ${role}, and yours is ${caller.role}`);

type Catalog = ReturnType<HttpDependencies["engine"]["catalog"]["current"]>["catalog"];

const wantedKey = (
  { body, caller }: Pick<RouteInput<typeof routes.makeKey>, "body" | "caller">,
  catalog: Catalog,
): NewKey | Refusal => {
  const terms = {
    name: body.name,
    expiresAt: body.expires_at ?? null,
    ratePerSecond: body.rate_per_second ?? null,
    origins: body.kind === "ingest" ? body.origins : [],
  };
  if (body.kind !== "management") {
    const app = catalog.apps.find(({ id }) => id === body.app_id);
    // Another account's app is as unknown as one that is not there.
    if (app === undefined || !(caller.isOperator || app.accountId === caller.accountId))
      return refuse("key.app_unknown", `app_id: ${body.app_id} is not in the catalog; apply a catalog with it first`);
    return { ...terms, kind: body.kind, accountId: app.accountId, role: null, appId: appId(body.app_id) };
  }
  const account = body.account_id === undefined ? caller.accountId : accountId(body.account_id);
  const isSeen = caller.isOperator
    ? accountsOf(catalog).some(({ id }) => id === account)
    : account === caller.accountId;
  if (!isSeen) return refuse("account.not_found", `account_id: there is no account ${account}`);
  const role = body.role ?? caller.role;
  const isTooHigh = refuseRole(caller, role);
  return isTooHigh ?? { ...terms, kind: "management", accountId: account, role, appId: null };
};

const keyAnswer = (key: ApiKey): KeyWire => ({
  id: key.id,
  kind: key.kind,
  name: key.name,
  account_id: key.accountId,
  role: key.role,
  app_id: key.appId,
  hint: key.hint,
  created_at: timeText(key.createdAt),
  expires_at: timeTextOrNull(key.expiresAt),
  rate_per_second: key.ratePerSecond,
  origins: [...key.origins],
  last_used_at: timeTextOrNull(key.lastUsedAt),
});
