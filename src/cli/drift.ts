import { type AuditEntryWire, auditRoutes } from "#src/contract/audit-contract.ts";
import { callRoute } from "./call-route.ts";
import type { ServerConnection } from "./server-connection.ts";

/** One resource that was changed on the server, by whoever changed it last. */
export type Drift = Pick<AuditEntryWire, "key" | "revision" | "at" | "by" | "change">;

/** As many as one page of the audit log tells. */
const driftMax = 500;

/** What was changed on the server after the file was written; each resource once, by whoever changed it last. */
export const driftSince = async (revision: number, connection: ServerConnection): Promise<readonly Drift[]> => {
  const query = { since_revision: String(revision), limit: String(driftMax) };
  const answer = await callRoute(connection, auditRoutes.readAudit, { query });
  if (answer.kind === "refused") return [];
  const newest = new Map<string, Drift>();
  for (const { key, revision: of, at, by, change } of answer.answer.data)
    if (!newest.has(key)) newest.set(key, { key, revision: of, at, by, change });
  return [...newest.values()];
};

export const driftLine = ({ key, change, by, at }: Drift): string => `    ${key}  ${change} by ${by}, ${at}`;
