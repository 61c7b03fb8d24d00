import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  argumentOf,
  type LeanplumArguments,
  mergeLeanplumArguments,
  readLeanplumBody,
  readLeanplumQuery,
} from "#src/contract/leanplum-arguments.ts";
import {
  type LeanplumAction,
  leanplumActions,
  leanplumRoutes,
  leanplumVersion,
} from "#src/contract/leanplum-contract.ts";
import type { App } from "#src/core/catalog/catalog.ts";
import { mainAccountId } from "#src/core/catalog/main-account.ts";
import { type AppId, appId } from "#src/core/ids.ts";
import { isAtLeast } from "#src/core/permissions/role.ts";
import { decodeUtf8, plainBytes, refuseBodyForm } from "#src/http/body-text.ts";
import type { HttpDependencies } from "#src/http/http-dependencies.ts";
import { refusalOfFault } from "#src/http/http-faults.ts";
import type { KeyRate } from "#src/http/key-rate.ts";
import type { ApiKey } from "#src/ports/key-store.ts";
import { failed, failedWith, invalidKey, type LeanplumAnswer, sendLeanplum } from "./leanplum-answer.ts";
import { type LeanplumPostbacks, leanplumPostbacks } from "./leanplum-postbacks.ts";

type Dependencies = HttpDependencies & { readonly rate: KeyRate };

/** A template has at most 2,048 characters; the rest are a few short arguments. */
const bodyBytesMax = 65_536;

/** `/api` as Leanplum's clients call it (domain.md 2.1 to 2.3): one action a call, every answer in the vendor's envelope. */
export const serveLeanplum = (app: FastifyInstance, dependencies: Dependencies): void => {
  app.removeAllContentTypeParsers();
  // Clients name a body as they like, or not at all.
  app.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: bodyBytesMax }, (_request, body, done) =>
    done(null, body),
  );
  for (const { method, path } of Object.values(leanplumRoutes)) {
    app.route({
      method,
      url: path,
      // A HEAD would add a postback.
      exposeHeadRoute: false,
      bodyLimit: bodyBytesMax,
      errorHandler: (fault, request, reply) => sendLeanplum(request, reply, failedWith(refusalOfFault(fault, request))),
      handler: async (request, reply) => sendLeanplum(request, reply, await answerCall(request, dependencies)),
    });
  }
};

const answerCall = async (request: FastifyRequest, dependencies: Dependencies): Promise<LeanplumAnswer> => {
  const reading = await readArguments(request);
  if (reading.kind === "failed" || reading.kind === "received") return reading;
  const { given } = reading;
  const clientKey = argumentOf(given, "clientKey");
  if (clientKey === null && dependencies.access === "keys")
    return failed("auth.missing", "Missing argument: clientKey", missingStatus);
  const app = argumentOf(given, "appId");
  if (app === null) return failed("request.invalid", "Missing argument: appId");
  const opened = openPostbacks(dependencies, appId(app), clientKey ?? "");
  if ("kind" in opened) return opened;
  const action = argumentOf(given, "action");
  if (action === null) return failed("request.invalid", "Missing argument: action");
  const version = argumentOf(given, "apiVersion") ?? leanplumVersion;
  if (version !== leanplumVersion)
    return failed("request.invalid", `Unsupported apiVersion: ${version}. It is ${leanplumVersion}.`);
  const known = leanplumActions.find((each) => each === action);
  if (known === undefined)
    return failed("request.invalid", `Unknown action: ${action}. There are ${leanplumActions.join(", ")}.`);
  return runAction(known, opened, given);
};

const runAction = (
  action: LeanplumAction,
  postbacks: LeanplumPostbacks,
  given: LeanplumArguments,
): LeanplumAnswer | Promise<LeanplumAnswer> => {
  switch (action) {
    case "addPostback":
      return postbacks.add(given);
    case "listPostbacks":
      return postbacks.list();
    case "deletePostback":
      return postbacks.remove(given);
  }
};

type ArgumentsRead = { readonly kind: "arguments"; readonly given: LeanplumArguments } | LeanplumAnswer;

const readArguments = async (request: FastifyRequest): Promise<ArgumentsRead> => {
  const form = refuseBodyForm(request.headers);
  if (form !== null) return failedWith(form);
  const [, query = ""] = /\?([^#]*)/.exec(request.url) ?? [];
  const inQuery = readLeanplumQuery(query);
  const bytes = await plainBytes(request, bodyBytesMax);
  if (bytes.kind === "refusal") return failedWith(bytes);
  const text = decodeUtf8(bytes.bytes);
  if (text.kind === "refusal") return failedWith(text);
  const body = readLeanplumBody(text.text);
  if (body === null) return failed("request.json_malformed", "The body is no JSON object.");
  return { kind: "arguments", given: mergeLeanplumArguments(inQuery, body) };
};

/** With a key that may change the app; on the local socket without one. */
const openPostbacks = (
  { engine, keyring, access, rate }: Dependencies,
  app: AppId,
  clientKey: string,
): LeanplumPostbacks | LeanplumAnswer => {
  const around = { catalog: engine.catalog, app };
  if (access === "local") return leanplumPostbacks({ ...around, by: "local", account: mainAccountId });
  const found = clientKey.length > keyLengthMax ? null : keyring.find(clientKey);
  if (found === null || found.kind !== "key" || !mayChange(found.key, engine.catalog.current().apps.get(app)?.app))
    return invalidKey;
  const { firstId: rateId, kind, ratePerSecond } = found.key;
  const tooFast = rate.refuseRequest({ rateId, kind, ratePerSecond });
  if (tooFast !== null) return failedWith(tooFast);
  return leanplumPostbacks({ ...around, by: found.key.name, account: found.key.accountId });
};
const keyLengthMax = 200;
/** The vendor's for an argument that is missing. */
const missingStatus = 400;

/** An export key of that very app, or a management key that may change its rules. */
const mayChange = (key: ApiKey, app: App | undefined): boolean => {
  if (app === undefined) return false;
  // Of an app that is another's by now the key is the former owner's.
  if (key.role === null) return key.kind === "export" && key.appId === app.id && key.accountId === app.accountId;
  if (!isAtLeast(key.role, "editor")) return false;
  return key.accountId === app.accountId || (key.accountId === mainAccountId && isAtLeast(key.role, "admin"));
};
