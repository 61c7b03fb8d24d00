import assert from "node:assert/strict";
import type { Catalog } from "#src/core/catalog/catalog.ts";
import type { Role } from "#src/core/permissions/role.ts";
import { anEngine, type EngineParts } from "./an-engine.ts";
import { anHttpOver } from "./an-http.ts";

/** The API over a running engine, asked as a request says it: `PATCH /v1/apps/shop`. */
export const resourceCalls = async (catalog: Catalog, parts: Omit<EngineParts, "catalog"> = {}) => {
  const under = await anEngine({ ...parts, catalog });
  const http = await anHttpOver(under);
  const call = (what: string, body?: unknown, headers: Record<string, string> = {}) =>
    http.ask({
      ...methodAndUrl(what),
      headers: { "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { payload: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  /** With a key of its own for that account and role. */
  const as = async (account_id: string, role: Role) => {
    const key = await call("POST /v1/keys", { kind: "management", name: role, account_id, role });
    const headers = { authorization: `Bearer ${key.json().key}` };
    return (what: string, body?: unknown) => call(what, body, headers);
  };
  return { ...http, under, call, as };
};

const methodAndUrl = (what: string) => {
  const [method = "", url = ""] = what.split(" ");
  const known = (["GET", "POST", "PUT", "PATCH", "DELETE"] as const).find((one) => one === method);
  return { method: known ?? assert.fail(what), url };
};
