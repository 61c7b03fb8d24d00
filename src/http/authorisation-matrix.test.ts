import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { LightMyRequestResponse } from "fastify";
import type { AnyRoute } from "#src/contract/route.ts";
import type { RouteAccess } from "#src/contract/route-access.ts";
import { allRoutes } from "#src/contract/routes.ts";
import { isAtLeast, type Role } from "#src/core/permissions/role.ts";
import { matrixRows } from "#test/support/authorisation-rows.ts";
import { type CallerName, callerNames, type SeveralAccounts, severalAccounts } from "#test/support/several-accounts.ts";

/** What a key or person is before anything is asked: its role, or its kind. */
const standing: Readonly<Record<CallerName, { readonly role: Role | null; readonly kind: string }>> = {
  nobody: { role: null, kind: "nobody" },
  ingest: { role: null, kind: "ingest" },
  export: { role: null, kind: "export" },
  "ingest of rival": { role: null, kind: "ingest" },
  "export of rival": { role: null, kind: "export" },
  viewer: { role: "viewer", kind: "management" },
  editor: { role: "editor", kind: "management" },
  admin: { role: "admin", kind: "management" },
  owner: { role: "owner", kind: "management" },
  bright: { role: "owner", kind: "management" },
  dim: { role: "owner", kind: "management" },
  net: { role: "owner", kind: "management" },
  "viewer of bright": { role: "viewer", kind: "management" },
  "viewer of net": { role: "viewer", kind: "management" },
  rival: { role: "owner", kind: "management" },
  "editor of main": { role: "editor", kind: "management" },
  operator: { role: "admin", kind: "management" },
  "viewer signed in": { role: "viewer", kind: "person" },
  "owner signed in": { role: "owner", kind: "person" },
  "rival signed in": { role: "owner", kind: "person" },
  "operator signed in": { role: "owner", kind: "person" },
};

/** Texts of acme's own that nobody else may read in an answer. */
const traces = ["com.acme.shop", "acme_private", "acme_rule", "acme_secret", "acme-person", "of acme"];
const person = "acme-person";

/** Which column of a row speaks for a caller that has passed the gate of its role. */
const columnOf = (caller: CallerName): "bright" | "dim" | "net" | "rival" | "owner" => {
  switch (caller) {
    case "bright":
    case "dim":
    case "net":
      return caller;
    case "viewer of bright":
      return "bright";
    case "viewer of net":
      return "net";
    case "rival":
    case "rival signed in":
    case "ingest of rival":
    case "export of rival":
    case "editor of main":
      return "rival";
    default:
      return "owner";
  }
};

const isOperator = (caller: CallerName): boolean => caller === "operator" || caller === "operator signed in";

const passesGate = (access: RouteAccess, caller: CallerName): boolean => {
  if (access.kind === "anybody") return true;
  const { role, kind } = standing[caller];
  if (role === null) return access.appKeys.some((appKey) => appKey === kind);
  if (access.least === "operator") return isOperator(caller);
  if (access.least === "main_viewer") return isOperator(caller) || caller === "editor of main";
  return isAtLeast(role, access.least);
};

const verdictOf = (route: AnyRoute, caller: CallerName, { expected, admits }: Row): string => {
  if (admits !== undefined) return admits.includes(caller) ? "ok" : "refused";
  if (route.access.kind === "known" && caller === "nobody") return "401";
  if (!passesGate(route.access, caller)) return "403";
  const column = columnOf(caller);
  if (isOperator(caller)) return expected.operator ?? "ok";
  return column === "owner" ? "ok" : expected[column];
};

const judge = (verdict: string, route: AnyRoute, answer: { readonly statusCode: number; readonly body: string }) => {
  const { statusCode, body } = answer;
  const isOk = statusCode === route.ok.status;
  const isClean = !traces.some((trace) => body.includes(trace));
  switch (verdict) {
    case "ok":
      return isOk;
    /** Done, and nothing of acme's stands in the answer. */
    case "clean":
      return isOk && isClean;
    /** Refused as something that is not there, in the words that anything unknown is refused with. */
    case "unknown":
      return [400, 404, 409, 422].includes(statusCode);
    case "refused":
      return statusCode >= 400 && statusCode < 500;
    default:
      return statusCode === Number(verdict);
  }
};

describe("the authorisation matrix", { concurrency: 1 }, () => {
  const rows = new Map(matrixRows.map((row) => [row.operation, row]));

  test("every route of the contract has a row, and every row a route", () => {
    const operations = allRoutes.map(({ operation }) => operation);
    assert.deepEqual(
      operations.filter((operation) => !rows.has(operation)),
      [],
      "routes without a row: say in authorisation-rows.ts who may see and do what",
    );
    assert.deepEqual(
      matrixRows.filter(({ operation }) => !operations.includes(operation)).map(({ operation }) => operation),
      [],
    );
  });

  for (const row of matrixRows) {
    const route = allRoutes.find(({ operation }) => operation === row.operation);
    if (route === undefined) continue;
    test(`${row.operation}${row.about === undefined ? "" : `, ${row.about}`}: each caller gets what is its own`, async () => {
      let world = await severalAccounts();
      for (const caller of callerNames) {
        const question = await row.ask(world);
        const verdict = verdictOf(route, caller, row);
        const answer = await askAs(world, caller, { route, row, question });
        const { statusCode, body } = answer;
        const told: string = `${caller}: ${route.operation} answered ${statusCode}, expected ${verdict}\n${body.slice(0, 600)}`;
        assert.ok(judge(verdict, route, answer), told);
        if (standing[caller].role === "viewer")
          assert.ok(!body.includes(person), `a viewer reads of a person\n${body}`);
        // Whoever is refused has changed nothing: the next one finds the server as it was.
        if (route.method !== "GET" && statusCode < 300) world = await severalAccounts();
      }
    });
  }
});

type Row = (typeof matrixRows)[number];
type Question = Awaited<ReturnType<Row["ask"]>>;

const askAs = (
  world: SeveralAccounts,
  caller: CallerName,
  { route, row, question }: { readonly route: AnyRoute; readonly row: Row; readonly question: Question },
): Promise<LightMyRequestResponse> => {
  const { authorization, ...headers } = headersOf(world, caller, question);
  const request = requestOf(route, question);
  if (authorization === undefined) return world.app.inject({ ...request, headers });
  const key = row.keyAs?.(authorization.slice("Bearer ".length)) ?? { headers: { authorization } };
  return world.app.inject({
    ...request,
    url: request.url + (key.query ?? ""),
    headers: { ...headers, ...key.headers },
  });
};

const requestOf = (route: AnyRoute, { params = {}, query = "", payload, method }: Question) => {
  const path = route.path.replace(/\{(\w+)\}/g, (_place, name: string) => encodeURIComponent(params[name] ?? ""));
  return { method: method ?? route.method, url: path + query, ...(payload === undefined ? {} : { payload }) };
};

const headersOf = (world: SeveralAccounts, caller: CallerName, { payload }: Question) => ({
  ...world.headersOf(caller),
  ...(payload === undefined ? {} : { "content-type": "application/json" }),
});
