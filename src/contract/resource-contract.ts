import { z } from "zod";
import { accountDocument } from "./account-document.ts";
import { appSettingsDocument, grantDocument } from "./app-document.ts";
import { cancelsWire } from "./cancels-wire.ts";
import { closedObject } from "./closed-object.ts";
import type { ErrorCode } from "./error-codes.ts";
import { integrationDocument } from "./integration-document.ts";
import { searchText, switchParameter } from "./list-query.ts";
import { partnerDocument } from "./partner-document.ts";
import { problemEntry } from "./problem-document.ts";
import { idempotencyHeader, jsonOk, noBody, type Route, type RouteBody } from "./route.ts";
import { atLeast, type RouteAccess } from "./route-access.ts";
import { ruleFields } from "./rule-document.ts";

/** What is changed one by one; each stands in the catalog document too. */
export const resourceKinds = ["account", "partner", "app", "integration", "rule", "grant"] as const;
export type ResourceKind = (typeof resourceKinds)[number];

/** The same of all kinds, so that one program serves them. */
type KindRow = {
  readonly title: string;
  readonly many: string;
  readonly summary: string;
  /** The path of one; without its last part, of all. */
  readonly path: string;
  /** The member that is its id, and the parameter of the path that names it. */
  readonly idMember: string;
  readonly idParameter: string;
  readonly fields: { readonly shape: z.core.$ZodLooseShape };
  /** Least role that changes it. */
  readonly write: RouteAccess;
  /** False: it is made by PUT alone, since its address says all that there is to its id. */
  readonly isPosted: boolean;
  readonly notFound: ErrorCode;
};

const inApp = "/v1/apps/{app_id}";

export const kindRows: Readonly<Record<ResourceKind, KindRow>> = {
  account: {
    title: "Account",
    many: "accounts",
    summary: "an account",
    path: "/v1/accounts/{account_id}",
    idMember: "id",
    idParameter: "account_id",
    fields: accountDocument,
    write: atLeast("operator"),
    isPosted: true,
    notFound: "account.not_found",
  },
  partner: {
    title: "Partner",
    many: "partners",
    summary: "a partner",
    path: "/v1/partners/{partner_id}",
    idMember: "id",
    idParameter: "partner_id",
    fields: partnerDocument,
    write: atLeast("editor"),
    isPosted: true,
    notFound: "partner.not_found",
  },
  app: {
    title: "App",
    many: "apps",
    summary: "an app, without what stands in it",
    path: inApp,
    idMember: "id",
    idParameter: "app_id",
    fields: appSettingsDocument,
    write: atLeast("editor"),
    isPosted: true,
    notFound: "app.not_found",
  },
  integration: {
    title: "Integration",
    many: "integrations",
    summary: "an integration of an app with a partner",
    path: `${inApp}/integrations/{partner_id}`,
    idMember: "partner_id",
    idParameter: "partner_id",
    fields: integrationDocument,
    write: atLeast("editor"),
    isPosted: false,
    notFound: "integration.not_found",
  },
  rule: {
    title: "Rule",
    many: "rules",
    summary: "a rule of an app",
    path: `${inApp}/rules/{rule_id}`,
    idMember: "id",
    idParameter: "rule_id",
    fields: ruleFields,
    write: atLeast("editor"),
    isPosted: true,
    notFound: "rule.not_found",
  },
  grant: {
    title: "Grant",
    many: "grants",
    summary: "what an app grants an account",
    path: `${inApp}/grants/{account_id}`,
    idMember: "account_id",
    idParameter: "account_id",
    fields: grantDocument,
    write: atLeast("admin"),
    isPosted: false,
    notFound: "grant.not_found",
  },
};

export const resourceChangeWire = z
  .strictObject({
    key: z.string().meta({ description: "What the audit log knows it by: `integration/<app>/<partner>`." }),
    revision: z
      .int()
      .nullable()
      .meta({ description: "Of its last change, also in `etag`; null where it is not, or not yet." }),
    changed: z.boolean().meta({ description: "False where it was so already; of a dry run, whether it would change." }),
    dry_run: z.boolean(),
    resource: z.looseObject({}).nullable().meta({ description: "As it is now, or would be; null where removed." }),
    changes: z.array(z.string()).meta({ description: "Keys of all resources that changed with it." }),
    touches: z
      .strictObject({ apps: z.int(), integrations: z.int() })
      .meta({ description: "How many apps and integrations the change reaches." }),
    cancels: cancelsWire,
    warnings: z.array(problemEntry),
    notes: z.array(z.string()).meta({ description: "Of a partner: which events count as its own." }),
  })
  .meta({ id: "ResourceChange" });
export type ResourceChangeWire = z.output<typeof resourceChangeWire>;

export type ResourceParams = Readonly<Record<string, string>>;
export type ResourceWire = { readonly [member: string]: unknown };
export type ReadQuery = { readonly configurator?: string | undefined };
export type WriteQuery = ReadQuery & {
  readonly dry_run: boolean;
  readonly cancel_waiting: boolean;
  readonly cascade?: unknown;
};
export type ResourceListQuery = { readonly limit: number; readonly cursor?: string | undefined };
export type ResourceListWire = { readonly data: ResourceWire[]; readonly next_cursor: string | null };

export type ResourceRoutes = {
  readonly list: Route<ResourceParams, ResourceListQuery, undefined, ResourceListWire>;
  readonly create: Route<ResourceParams, WriteQuery, undefined, ResourceChangeWire> | null;
  readonly read: Route<ResourceParams, ReadQuery, undefined, ResourceWire>;
  readonly replace: Route<ResourceParams, WriteQuery, undefined, ResourceChangeWire>;
  readonly patch: Route<ResourceParams, WriteQuery, undefined, ResourceChangeWire>;
  readonly remove: Route<ResourceParams, WriteQuery, undefined, ResourceChangeWire>;
};

const listLimitMax = 500;
const listLimitDefault = 50;
const cursorLengthMax = 300;

const listQuery = closedObject({
  limit: z.coerce.number().int().min(1).max(listLimitMax).default(listLimitDefault),
  cursor: z
    .string()
    .max(cursorLengthMax)
    .optional()
    .meta({ description: "`next_cursor` of the page before: the id of its last." }),
});

const configurator = {
  configurator: searchText.optional().meta({ description: "The agency's account; without it the advertiser's own." }),
};
export const writeSwitches = {
  dry_run: switchParameter.meta({ description: "Checks, tells what would become of it, and changes nothing." }),
  cancel_waiting: switchParameter.meta({
    description: "Cancels postbacks that wait for what is removed; without it such a change is refused.",
  }),
};
const cascade = {
  cascade: switchParameter.meta({ description: "Removes its integrations with it; without it they are in the way." }),
};

export const ifMatchHeader = {
  "if-match": 'The `revision` that the change was made from, as `"7"`; `*`: it must be there.',
} as const;
export const writeRefusals: readonly ErrorCode[] = [
  "catalog.malformed",
  "catalog.too_deep",
  "catalog.refused",
  "resource.lost_race",
  "resource.forbidden",
];

const changed = jsonOk(200, "It is so, or with `dry_run` would be.", resourceChangeWire);

const paramsOf = (path: string): z.ZodType<ResourceParams> =>
  z.strictObject(Object.fromEntries([...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => [name, searchText])));

/** Read by its handler, strictly, as the catalog document is: no member twice. */
const documentBody = ({ fields, idMember }: KindRow, id: "required" | "optional"): RouteBody<undefined> => {
  const member = fields.shape[idMember];
  const named = id === "required" || member === undefined ? {} : { [idMember]: z.optional(member) };
  const schema = z.strictObject({ ...fields.shape, ...named, revision: z.int().nullable().optional() });
  return { kind: "text", schema: z.undefined(), content: [{ mediaType: "application/json", schema }] };
};

/** Of the gallery's partner the body names only what it says otherwise. */
const partnerBody = (row: KindRow): RouteBody<undefined> => {
  const schema = z.strictObject({
    ...row.fields.shape,
    id: z.string().optional().meta({ description: "Required, unless `from_gallery` has one." }),
    from_gallery: searchText
      .optional()
      .meta({ description: "Id of a partner in the gallery: what the body leaves out is as it is there." }),
    revision: z.int().nullable().optional(),
  });
  return { kind: "text", schema: z.undefined(), content: [{ mediaType: "application/json", schema }] };
};

const patchBody: RouteBody<undefined> = {
  kind: "text",
  schema: z.undefined(),
  content: [{ mediaType: "application/json", schema: z.looseObject({}) }],
};

const routesOf = (kind: ResourceKind): ResourceRoutes => {
  const row = kindRows[kind];
  const collectionPath = row.path.slice(0, row.path.lastIndexOf("/"));
  const place = kind === "integration" ? configurator : {};
  const of: KindParts = {
    row,
    collectionPath,
    collection: paramsOf(collectionPath),
    item: paramsOf(row.path),
    above: collectionPath.includes("{") ? ["app.not_found"] : [],
    readQuery: closedObject(place),
    query: closedObject({ ...writeSwitches, ...place }),
    removeQuery: closedObject({ ...writeSwitches, ...place, ...(kind === "partner" ? cascade : {}) }),
    answer: z.strictObject({ ...row.fields.shape, revision: z.int().nullable() }).meta({ id: row.title }),
  };
  return { ...readingRoutes(of), ...makingRoutes(of), ...changingRoutes(of) };
};

type KindParts = {
  readonly row: KindRow;
  readonly collectionPath: string;
  readonly collection: z.ZodType<ResourceParams>;
  readonly item: z.ZodType<ResourceParams>;
  readonly above: readonly ErrorCode[];
  readonly readQuery: z.ZodType<ReadQuery>;
  readonly query: z.ZodType<WriteQuery>;
  readonly removeQuery: z.ZodType<WriteQuery>;
  readonly answer: z.ZodType<ResourceWire>;
};

const readingRoutes = (of: KindParts): Pick<ResourceRoutes, "list" | "read"> => ({
  list: {
    operation: `list${of.row.title}s`,
    group: of.row.many,
    method: "GET",
    path: of.collectionPath,
    summary: `All ${of.row.many} that the caller sees, by their ids.`,
    access: atLeast("viewer"),
    params: of.collection,
    query: listQuery,
    body: noBody,
    ok: {
      status: 200,
      description: "A page of them.",
      schema: z.strictObject({ data: z.array(of.answer), next_cursor: z.string().nullable() }),
      form: "taken",
      mediaTypes: ["application/json"],
    },
    refusals: of.above,
  },
  read: {
    operation: `read${of.row.title}`,
    group: of.row.many,
    method: "GET",
    path: of.row.path,
    summary: `Read ${of.row.summary}; \`etag\` is the revision of its last change.`,
    access: atLeast("viewer"),
    params: of.item,
    query: of.readQuery,
    body: noBody,
    ok: { status: 200, description: "As it is.", schema: of.answer, form: "taken", mediaTypes: ["application/json"] },
    refusals: [...of.above, of.row.notFound],
  },
});

const makingRoutes = (of: KindParts): Pick<ResourceRoutes, "create" | "replace"> => ({
  create: of.row.isPosted
    ? {
        operation: `create${of.row.title}`,
        group: of.row.many,
        method: "POST",
        path: of.collectionPath,
        summary: `Make ${of.row.summary}; one with its id must not be there.`,
        access: of.row.write,
        params: of.collection,
        query: of.query,
        headers: idempotencyHeader,
        body: of.row === kindRows.partner ? partnerBody(of.row) : documentBody(of.row, "required"),
        ok: jsonOk(201, "It is there, or with `dry_run` could be.", resourceChangeWire),
        refusals: [
          ...writeRefusals,
          ...of.above,
          ...(of.row === kindRows.partner ? (["gallery.not_found"] as const) : []),
          "resource.exists",
          "request.idempotency_key",
        ],
      }
    : null,
  replace: {
    operation: `replace${of.row.title}`,
    group: of.row.many,
    method: "PUT",
    path: of.row.path,
    summary: `Make or replace ${of.row.summary}: what the body leaves out has its default.`,
    access: of.row.write,
    params: of.item,
    query: of.query,
    headers: ifMatchHeader,
    body: documentBody(of.row, "optional"),
    ok: changed,
    refusals: [...writeRefusals, ...of.above, of.row.notFound, "resource.waiting"],
  },
});

const changingRoutes = (of: KindParts): Pick<ResourceRoutes, "patch" | "remove"> => ({
  patch: {
    operation: `change${of.row.title}`,
    group: of.row.many,
    method: "PATCH",
    path: of.row.path,
    summary: `Change members of ${of.row.summary} by a JSON merge patch (RFC 7396): null is the default again, a list is replaced.`,
    access: of.row.write,
    params: of.item,
    query: of.query,
    headers: ifMatchHeader,
    body: patchBody,
    ok: changed,
    refusals: [...writeRefusals, ...of.above, of.row.notFound, "resource.waiting"],
  },
  remove: {
    operation: `remove${of.row.title}`,
    group: of.row.many,
    method: "DELETE",
    path: of.row.path,
    summary: `Remove ${of.row.summary}. Postbacks that wait for it are in the way, unless the query cancels them.`,
    access: of.row.write,
    params: of.item,
    query: of.removeQuery,
    headers: ifMatchHeader,
    body: noBody,
    ok: changed,
    refusals: [...writeRefusals, ...of.above, of.row.notFound, "resource.waiting", "resource.in_use"],
  },
});

export const resourceRoutes: Readonly<Record<ResourceKind, ResourceRoutes>> = {
  account: routesOf("account"),
  partner: routesOf("partner"),
  app: routesOf("app"),
  integration: routesOf("integration"),
  rule: routesOf("rule"),
  grant: routesOf("grant"),
};
