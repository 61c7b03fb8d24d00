import { z } from "zod";
import { eventTypes } from "#src/core/events/event.ts";
import { closedObject } from "./closed-object.ts";
import { searchText, timeParameter, timeWire } from "./list-query.ts";
import { requestWire } from "./postback-wire.ts";
import { kindRows, resourceKinds } from "./resource-contract.ts";
import { defineRoute, idempotencyHeader, jsonOk, largeJsonBody, noBody, none } from "./route.ts";
import { atLeast } from "./route-access.ts";

const changes = ["newly_sent", "no_longer_sent", "sent_otherwise", "unchanged", "not_sent"] as const;

const sideWire = z.strictObject({
  target: z.string(),
  request: requestWire.nullable(),
  reason: z.string().nullable().meta({
    description:
      "Null with a request; else the skip reason, `render_error`, or `no_target` where this catalog has no such target.",
  }),
});

const differenceWire = z
  .strictObject({
    place: z.string().meta({ description: "`method`, `url`, `query.<name>`, `header.<name>` or `body`." }),
    before: z.string().nullable(),
    after: z.string().nullable(),
  })
  .meta({ id: "RequestDifference" });

export const simulationWire = z
  .strictObject({
    id: z.string(),
    status: z.enum(["running", "done", "stopped", "failed"]),
    revision: z.int().meta({ description: "Of the catalog that the draft is held against." }),
    started_at: timeWire,
    ended_at: timeWire.nullable(),
    looked: z.int().meta({ description: "Events looked at so far; but for an operator, of one's own." }),
    events: z.int().meta({ description: "Those of them that the filter took." }),
    erased: z
      .int()
      .meta({ description: "Of those, events whose person was erased: they are decided by neither side." }),
    left: z.int().meta({ description: "About how many are still to be looked at." }),
    counts: z
      .strictObject({
        newly_sent: z.int(),
        no_longer_sent: z.int(),
        sent_otherwise: z.int(),
        unchanged: z.int(),
        not_sent: z.int().meta({ description: "Sent by neither." }),
      })
      .meta({ description: "Postbacks by what becomes of them." }),
    groups: z
      .array(
        z.strictObject({
          change: z.enum(changes),
          app_id: z.string(),
          target: z.string().meta({ description: "The integration or rule." }),
          event_name: z.string().nullable().meta({ description: "Null: further names, told together." }),
          reason: z.string().nullable().meta({ description: "Why it was not sent before, or would not be." }),
          postbacks: z.int(),
        }),
      )
      .meta({ description: "Largest first." }),
    examples: z.array(
      z.strictObject({
        change: z.enum(changes),
        event_id: z.string(),
        app_id: z.string(),
        event_name: z.string(),
        target: z.string(),
        before: sideWire,
        after: sideWire,
        differences: z.array(differenceWire),
      }),
    ),
    failure: z.string().nullable(),
  })
  .meta({ id: "Simulation" });
export type SimulationWire = z.output<typeof simulationWire>;

/** Members of the catalog document; read by the document's own schema once they stand in it. */
const resource = z.looseObject({ id: searchText });
const integrationPlace = z.looseObject({
  app_id: searchText,
  partner_id: searchText,
  configurator: searchText.nullable().default(null),
});
const ofApp = z.looseObject({ app_id: searchText });
const rulePlace = closedObject({ app_id: searchText, id: searchText });
const grantPlace = closedObject({ app_id: searchText, account_id: searchText });

export const draftChanges = closedObject({
  active: z.boolean().optional(),
  accounts: z.array(resource).default([]),
  partners: z.array(resource).default([]),
  apps: z
    .array(resource)
    .default([])
    .meta({ description: "As in the document. What stands in one is put in; what it lacks is kept." }),
  integrations: z
    .array(integrationPlace)
    .default([])
    .meta({ description: "As in the document, with the `app_id` that each stands in." }),
  rules: z.array(ofApp).default([]),
  grants: z.array(ofApp).default([]),
  remove: closedObject({
    accounts: z.array(searchText).default([]),
    partners: z.array(searchText).default([]),
    apps: z.array(searchText).default([]),
    integrations: z.array(integrationPlace).default([]),
    rules: z.array(rulePlace).default([]),
    grants: z.array(grantPlace).default([]),
  }).optional(),
});
export type DraftChanges = z.output<typeof draftChanges>;

const eventFilter = closedObject({
  app_id: searchText.optional(),
  event_type: z.enum(eventTypes).optional(),
  event_name: searchText.optional(),
  from: timeParameter.optional().meta({ description: "Arrival, inclusive." }),
  to: timeParameter.optional().meta({ description: "Arrival, exclusive; else the start of the simulation." }),
});

const simulationId = z.strictObject({ id: searchText });

export const simulationRoutes = {
  startSimulation: defineRoute({
    operation: "startSimulation",
    group: "simulations",
    method: "POST",
    path: "/v1/simulations",
    summary:
      "What a draft of the catalog would have done with stored events. Nothing is sent; each event is decided as it was enriched and stored, by the catalog in force and by the draft. An account tries what it may change, and is told of what it sees otherwise: an agency of its own traffic and integrations, a partner's account of postbacks to itself, by events of apps that let it configure.",
    access: atLeast("editor"),
    params: none,
    query: none,
    headers: idempotencyHeader,
    body: largeJsonBody(
      z.union(
        [
          closedObject({
            catalog: z.looseObject({ carom: z.literal(1) }).meta({
              description: "A catalog document, which means what `PUT /v1/catalog` of it would put in force.",
            }),
            prune: z
              .boolean()
              .default(false)
              .meta({ description: "As of `PUT /v1/catalog`: what the document lacks is taken out." }),
            filter: eventFilter.default({}),
          }),
          closedObject({ changes: draftChanges, filter: eventFilter.default({}) }),
        ],
        { error: 'must be { "catalog": …, "prune": …, "filter": … } or { "changes": …, "filter": … }' },
      ),
    ),
    ok: jsonOk(202, "It runs.", simulationWire),
    refusals: [
      "request.idempotency_key",
      "catalog.refused",
      "catalog.too_large",
      "catalog.too_deep",
      "simulation.busy",
      "simulation.unknown_app",
      "resource.forbidden",
      "resource.exists",
      ...resourceKinds.map((kind) => kindRows[kind].notFound),
      "grant.configure",
      "grant.share_events",
      "grant.share_revenue",
      "grant.event_names",
      "grant.event_unknown",
    ],
  }),
  findSimulations: defineRoute({
    operation: "findSimulations",
    group: "simulations",
    method: "GET",
    path: "/v1/simulations",
    summary: "Simulations that this process still remembers, newest first: those that run and the last twenty.",
    access: atLeast("viewer"),
    params: none,
    query: none,
    body: noBody,
    ok: jsonOk(200, "The simulations, without groups and examples.", z.strictObject({ data: z.array(simulationWire) })),
    refusals: [],
  }),
  readSimulation: defineRoute({
    operation: "readSimulation",
    group: "simulations",
    method: "GET",
    path: "/v1/simulations/{id}",
    summary: "A simulation, how far it is and what it has found.",
    access: atLeast("viewer"),
    params: simulationId,
    query: none,
    body: noBody,
    ok: jsonOk(200, "The simulation.", simulationWire),
    refusals: ["simulation.not_found"],
  }),
  stopSimulation: defineRoute({
    operation: "stopSimulation",
    group: "simulations",
    method: "DELETE",
    path: "/v1/simulations/{id}",
    summary: "Stop a simulation; what it has found stays readable.",
    access: atLeast("editor"),
    params: simulationId,
    query: none,
    body: noBody,
    ok: jsonOk(200, "The simulation as it was stopped.", simulationWire),
    refusals: ["simulation.not_found"],
  }),
} as const;
