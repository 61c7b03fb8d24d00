import { z } from "zod";
import { closedObject } from "./closed-object.ts";
import type { ErrorCode } from "./error-codes.ts";
import { searchText, timeWire } from "./list-query.ts";
import { defineRoute, jsonOk, noBody, none, optionalJsonBody } from "./route.ts";
import { atLeast, type RouteAccess } from "./route-access.ts";

export const pauseWire = z
  .strictObject({
    level: z.enum(["everything", "app", "partner", "receiver"]),
    id: z.string().nullable().meta({ description: "Of the app, partner or receiver; null for everything." }),
    since: timeWire,
    by: z.string().meta({ description: "Name of the key that paused, or `local`." }),
  })
  .meta({ id: "Pause" });
export type PauseWire = z.output<typeof pauseWire>;

const pausesWire = z.strictObject({ data: z.array(pauseWire) }).meta({ id: "Pauses" });
const resumeBody = closedObject({
  rate_per_second: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .meta({ description: "Drain each receiver at most this fast; null: as fast as its limits allow." }),
});
const scopeId = z.strictObject({ id: searchText });

const pauseRoute = <Params>(scope: {
  operation: string;
  path: string;
  params: z.ZodType<Params>;
  access: RouteAccess;
  refusals: readonly ErrorCode[];
}) =>
  defineRoute({
    operation: `pause${scope.operation}`,
    group: "pauses",
    method: "POST",
    path: `${scope.path}/pause`,
    summary: "Hold: what is due waits and costs no attempt.",
    access: scope.access,
    params: scope.params,
    query: none,
    body: noBody,
    ok: jsonOk(200, "All pauses in force.", pausesWire),
    refusals: scope.refusals,
  });

const resumeRoute = <Params>(scope: {
  operation: string;
  path: string;
  params: z.ZodType<Params>;
  access: RouteAccess;
  refusals: readonly ErrorCode[];
}) =>
  defineRoute({
    operation: `resume${scope.operation}`,
    group: "pauses",
    method: "POST",
    path: `${scope.path}/resume`,
    summary: "Let go and drain. Without a pause it changes nothing.",
    access: scope.access,
    params: scope.params,
    query: none,
    body: optionalJsonBody(resumeBody),
    ok: jsonOk(200, "All pauses still in force.", pausesWire),
    refusals: scope.refusals,
  });

const receivers = {
  operation: "Receiver",
  path: "/v1/receivers/{id}",
  params: scopeId,
  access: atLeast("editor"),
  refusals: ["receiver.not_found"],
} as const;
const partners = {
  operation: "Partner",
  path: "/v1/partners/{id}",
  params: scopeId,
  access: atLeast("editor"),
  refusals: ["partner.not_found"],
} as const;
const apps = {
  operation: "App",
  path: "/v1/apps/{id}",
  params: scopeId,
  access: atLeast("editor"),
  refusals: ["app.not_found"],
} as const;
const everything = {
  operation: "Everything",
  path: "/v1/everything",
  params: none,
  access: atLeast("operator"),
  refusals: [],
} as const;

export const pauseRoutes = {
  pauseReceiver: pauseRoute(receivers),
  resumeReceiver: resumeRoute(receivers),
  pausePartner: pauseRoute(partners),
  resumePartner: resumeRoute(partners),
  pauseApp: pauseRoute(apps),
  resumeApp: resumeRoute(apps),
  pauseEverything: pauseRoute(everything),
  resumeEverything: resumeRoute(everything),
  listPauses: defineRoute({
    operation: "listPauses",
    group: "pauses",
    method: "GET",
    path: "/v1/pauses",
    summary: "Everything that is paused now.",
    access: atLeast("viewer"),
    params: none,
    query: none,
    body: noBody,
    ok: jsonOk(200, "All pauses in force.", pausesWire),
    refusals: [],
  }),
} as const;
