import assert from "node:assert/strict";
import { test } from "node:test";
import type { LightMyRequestResponse } from "fastify";
import { openidProvider } from "#src/adapters/oidc/openid-provider.ts";
import { allRoutes } from "#src/contract/routes.ts";
import { anHttp } from "#test/support/an-http.ts";
import { anIssuer, client } from "#test/support/an-issuer.ts";
import type { Question, Row } from "#test/support/authorisation-row.ts";
import { matrixRows } from "#test/support/authorisation-rows.ts";
import { type CallerName, type SeveralAccounts, severalAccounts } from "#test/support/several-accounts.ts";
import { type Operation, operations } from "./described-request.ts";

type Asked = { readonly answer: LightMyRequestResponse; readonly close: () => Promise<unknown> };

/** What no row of the matrix is answered well for, since it needs another server than the matrix has. */
const elsewhere: Readonly<Record<string, (operation: Operation) => Promise<Asked>>> = {
  // Only while there are no people.
  linkFirstOwner: async ({ method, path: url }) => {
    const http = await anHttp();
    return { answer: await http.ask({ method, url }), close: () => http.app.close() };
  },
  // Only where the browser has been at the identity provider.
  finishOidc: async () => {
    const issuer = await anIssuer();
    const identityProvider = openidProvider({ issuer: issuer.issuer, ...client });
    const http = await anHttp({ publicUrl: "http://carom.example", identityProvider });
    await http.ask({ method: "POST", url: "/v1/users", payload: { email: "ada@example.com", role: "editor" } });
    const begun = await http.app.inject({ url: "/v1/oidc/start" });
    const claims = { sub: "42", email: "ada@example.com", email_verified: true, name: "Ada" };
    const cookie = begun.cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
    const url = issuer.consent(String(begun.headers.location), claims);
    const answer = await http.app.inject({ url, headers: { cookie } });
    return { answer, close: () => Promise.all([http.app.close(), issuer[Symbol.asyncDispose]()]) };
  },
};

test("every operation of openapi.json, asked once with a right request, is answered as it promises", async (t) => {
  for (const operation of operations)
    await t.test(operation.operationId, async () => {
      const ask = elsewhere[operation.operationId] ?? askByRow;
      const { answer, close } = await ask(operation);
      await close();
      const route = allRoutes.find((one) => one.operation === operation.operationId);
      assert.ok(route !== undefined);
      assert.equal(answer.statusCode, route.ok.status, answer.body);
      if (answer.body !== "" && String(answer.headers["content-type"]).startsWith("application/json"))
        route.ok.schema.parse(answer.json());
    });
});

/** As the authorisation matrix asks it, by one of those to whom it is answered. */
const askByRow = async (operation: Operation): Promise<Asked> => {
  const row = matrixRows.find((one) => one.operation === operation.operationId);
  assert.ok(row !== undefined, "the authorisation matrix asks it");
  const world = await severalAccounts();
  const close = async () => {
    await world.app.close();
    await world.engine.stop(0);
  };
  const question = await row.ask(world);
  const known = new Set(operation.parameters.filter((one) => one.in === "query").map(({ name }) => name));
  for (const name of new URLSearchParams(question.query).keys())
    assert.ok(known.has(name) || known.has("fields"), `the document tells of the parameter ${name}`);
  const [caller = row.expected.operator === undefined ? "operator" : "owner"] = row.admits ?? [];
  return { answer: await world.app.inject(requestBy(world, caller, { operation, row, question })), close };
};

type Asking = { readonly operation: Operation; readonly row: Row; readonly question: Question };

const requestBy = (world: SeveralAccounts, caller: CallerName, { operation, row, question }: Asking) => {
  const { params = {}, query = "", payload, method = operation.method } = question;
  const { authorization, ...others } = world.headersOf(caller);
  const key =
    authorization === undefined
      ? {}
      : (row.keyAs?.(authorization.slice("Bearer ".length)) ?? { headers: { authorization } });
  const path = operation.path.replace(/\{(\w+)\}/g, (_place, name: string) => encodeURIComponent(params[name] ?? ""));
  const queries = [query.replace(/^\?/, ""), (key.query ?? "").replace(/^&/, "")].filter((text) => text !== "");
  const url = queries.length === 0 ? path : `${path}?${queries.join("&")}`;
  const headers = { ...others, ...key.headers };
  if (payload === undefined) return { method, url, headers };
  return { method, url, headers: { ...headers, "content-type": "application/json" }, payload };
};
