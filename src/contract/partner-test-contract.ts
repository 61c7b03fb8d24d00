import { z } from "zod";
import { closedObject } from "./closed-object.ts";
import { givenEvent } from "./event-document.ts";
import { searchText } from "./list-query.ts";
import { attemptWire, requestWire } from "./postback-wire.ts";
import { defineRoute, idempotencyHeader, jsonBody, jsonOk, none } from "./route.ts";
import { atLeast } from "./route-access.ts";

export const partnerTestRoutes = {
  testPartner: defineRoute({
    operation: "testPartner",
    group: "looking",
    method: "POST",
    path: "/v1/partners/{id}/test",
    summary:
      "Send one test postback and answer the exchange. It goes out with the header `carom-test: true`, its event marked as a test; it is not stored, retried or counted, and no condition, pause or breaker holds it.",
    access: atLeast("editor"),
    params: z.strictObject({ id: searchText.meta({ description: "Id of the partner." }) }),
    query: none,
    headers: idempotencyHeader,
    body: jsonBody(
      closedObject({
        app_id: searchText.meta({ description: "The app whose integration with the partner is tested." }),
        configurator: searchText.nullable().default(null),
        event: givenEvent
          .optional()
          .meta({ description: "By default an event by the name of the integration's first mapping." }),
      }),
    ),
    ok: jsonOk(
      200,
      "What was sent and what was heard.",
      z.strictObject({ target: z.string(), request: requestWire, attempt: attemptWire }).meta({ id: "PartnerTest" }),
    ),
    refusals: [
      "request.idempotency_key",
      "event.app_unknown",
      "partner.not_found",
      "integration.not_found",
      "partner.test_unrendered",
      "partner.test_busy",
    ],
  }),
} as const;
