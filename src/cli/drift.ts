import { type AuditEntryWire, auditRoutes } from "#src/contract/audit-contract.ts";
import { callRoute } from "./call-route.ts";
import type { ServerConnection } from "./server-connection.ts";

/** One resource that was changed on the server, by whoever changed it last. */
export type Drift = Pick<AuditEntryWire, "key" | "revision" | "at" | "by" | "change">;

/** With what it was when the file was written, what it is by now, and everybody who changed it between. */
export type WholeDrift = Drift & Pick<AuditEntryWire, "before" | "after"> & { readonly byAll: ReadonlySet<string> };

/** As many as one page of the audit log tells. */
const driftMax = 500;

/** What was changed on the server after the file was written; each resource once, by whoever changed it last. */
export const driftSince = async (revision: number, connection: ServerConnection): Promise<readonly Drift[]> =>
  (await wholeDriftSince(revision, connection)).drift.map(({ key, revision: of, at, by, change }) => {
    return { key, revision: of, at, by, change };
  });

/** `isAll` is false where there is more than one page: what a resource was before is not known then. */
export const wholeDriftSince = async (
  revision: number,
  connection: ServerConnection,
): Promise<{ readonly drift: readonly WholeDrift[]; readonly isAll: boolean }> => {
  const query = { since_revision: String(revision), limit: String(driftMax) };
  const answer = await callRoute(connection, auditRoutes.readAudit, { query });
  if (answer.kind === "refused") return { drift: [], isAll: true };
  const changed = new Map<string, WholeDrift>();
  // The newest comes first: what stands before the oldest is what was exported.
  for (const entry of answer.answer.data) {
    const later = changed.get(entry.key) ?? { ...entry, byAll: new Set<string>() };
    changed.set(entry.key, { ...later, before: entry.before, byAll: new Set([...later.byAll, entry.by]) });
  }
  return { drift: [...changed.values()], isAll: answer.answer.next_cursor === null };
};

export const driftLine = ({ key, change, by, at }: Drift): string => `    ${key}  ${change} by ${by}, ${at}`;
