import { accountId, appId } from "#src/core/ids.ts";
import { invariant } from "#src/core/invariant.ts";
import { type ActKind, type ActVerb, actKinds, actVerbs } from "#src/core/permissions/act.ts";
import type { AuditTrail, KeptAct } from "#src/ports/audit-trail.ts";
import { actsText, questionOf } from "./act-rows.ts";
import type { Ask } from "./config-stores.ts";
import type { FlatReader } from "./flat.ts";

export const auditTrail = ({ rows, change }: Ask): AuditTrail => ({
  append: async (acts) => {
    await change("appendActs", actsText(acts));
  },
  forgetBefore: ({ at, limit }) => change("forgetActs", at, limit),
  find: async (filter, { limit, cursor }) => {
    const { kind, subject, appId: app, account, involves, by, from, to } = filter;
    const conditions = [kind, subject, app, account, involves, by, from, to].map((condition) => condition ?? null);
    // One more than asked for tells whether there is another page.
    const values = [cursor === null ? null : Number(cursor), ...conditions, limit + 1];
    const found = await rows(questionOf(filter), values, readAct);
    const items = found.slice(0, limit);
    return { items, nextCursor: found.length > limit ? (items.at(-1)?.cursor ?? null) : null };
  },
});

const readAct = (row: FlatReader): KeptAct => {
  const cursor = String(row.number());
  const at = row.number();
  const actor = { id: row.text(), name: row.text(), account: accountId(row.text()) };
  const account = accountId(row.text());
  const app = row.textOrNull();
  const kind = kindOf(row.text());
  const subject = row.text();
  const verb = verbOf(row.text());
  const before = row.textOrNull();
  const after = row.textOrNull();
  return { cursor, at, actor, account, appId: app === null ? null : appId(app), kind, subject, verb, before, after };
};

const kindOf = (text: string): ActKind => {
  const kind = actKinds.find((known) => known === text);
  invariant(kind !== undefined, `${text} is a kind of act`);
  return kind;
};

const verbOf = (text: string): ActVerb => {
  const verb = actVerbs.find((known) => known === text);
  invariant(verb !== undefined, `${text} is what an act does`);
  return verb;
};
