import { accountId, apiKeyId, appId } from "#src/core/ids.ts";
import { invariant } from "#src/core/invariant.ts";
import { roles } from "#src/core/permissions/role.ts";
import { type ApiKey, apiKeyKinds, type KeyStore } from "#src/ports/key-store.ts";
import { type Ask, withActs } from "./config-stores.ts";
import type { FlatReader, Scalar } from "./flat.ts";

export const keyStore = ({ rows, change, changeTogether }: Ask): KeyStore => ({
  all: () => rows("keys", [], readKey),
  add: async (key, acts) => {
    await changeTogether(["addKey", ...columnsOf(key)], withActs(acts));
  },
  noteUse: async (id, at) => (await change("noteKeyUse", at, id)) > 0,
  rotate: async ({ made, old }, acts) => {
    await changeTogether(["addKey", ...columnsOf(made)], [["endKey", old.expiresAt, old.id], ...withActs(acts)]);
  },
  remove: async (id, acts) => (await changeTogether(["removeKey", id], withActs(acts))) > 0,
});

const columnsOf = (key: ApiKey): readonly Scalar[] => [
  key.id,
  key.kind,
  key.name,
  key.appId,
  key.hash,
  key.hint,
  key.createdAt,
  key.accountId,
  key.role,
  key.expiresAt,
  key.ratePerSecond,
  JSON.stringify(key.origins),
  key.lastUsedAt,
  key.firstId,
];

const readKey = (row: FlatReader): ApiKey => {
  const id = apiKeyId(row.text());
  const kind = oneOf(apiKeyKinds, row.text());
  const name = row.text();
  const app = row.textOrNull();
  const of = { id, kind, name, appId: app === null ? null : appId(app) };
  const made = { hash: row.text(), hint: row.text(), createdAt: row.number(), accountId: accountId(row.text()) };
  const role = row.textOrNull();
  const terms = { expiresAt: row.numberOrNull(), ratePerSecond: row.numberOrNull(), origins: readOrigins(row.text()) };
  return {
    ...of,
    ...made,
    role: role === null ? null : oneOf(roles, role),
    ...terms,
    lastUsedAt: row.numberOrNull(),
    firstId: apiKeyId(row.text()),
  };
};

const oneOf = <Value extends string>(known: readonly Value[], text: string): Value => {
  const found = known.find((value) => value === text);
  invariant(found !== undefined, `${text} is one of ${known.join(", ")}`);
  return found;
};

const readOrigins = (text: string): readonly string[] => {
  const origins: unknown = JSON.parse(text);
  return Array.isArray(origins) ? origins.map(String) : [];
};
