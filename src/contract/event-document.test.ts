import assert from "node:assert/strict";
import test from "node:test";
import { z } from "zod";
import { fieldAliases } from "#src/core/events/event-field-aliases.ts";
import { eventFields } from "#src/core/events/event-fields.ts";
import { parseEvent } from "#src/core/events/parse-event.ts";
import { memberReaders } from "#src/core/events/read-event-member.ts";
import { eventId } from "#src/core/ids.ts";
import { openApiDocument } from "./open-api.ts";

const described = z
  .object({
    components: z.object({
      schemas: z.object({
        EventToSend: z.object({
          required: z.array(z.string()),
          properties: z.record(
            z.string(),
            z.looseObject({ description: z.string().min(10), examples: z.array(z.unknown()).optional() }),
          ),
        }),
      }),
    }),
  })
  .parse(openApiDocument("1.2.3")).components.schemas.EventToSend;

const parse = (members: object) =>
  parseEvent({
    source: JSON.stringify({ app_id: "com.example.game", event_name: "e", ...members }),
    id: eventId("019bbc5e-0000-7000-8000-000000000001"),
    receivedAt: 0,
    senderIp: null,
    defaultAppId: null,
  });

test("every field of an event that intake reads stands in openapi.json with words of its own, aliases too", () => {
  for (const name of [...Object.keys(eventFields), ...fieldAliases.keys(), ...Object.keys(memberReaders)])
    assert.match(described.properties[name]?.description ?? "", /^(?:`?[A-Za-z]).{5}/, name);
  assert.deepEqual(described.required, ["event_name"]);
});

test("the example of each field is taken by intake, and kept in the field", () => {
  for (const [name, { examples = [] }] of Object.entries(described.properties))
    for (const example of examples) {
      const parsed = parse({ [name]: example });
      assert.equal(parsed.kind, "event", `${name}: ${JSON.stringify(parsed)}`);
      const fields: Readonly<Record<string, unknown>> = parsed.kind === "event" ? parsed.event.fields : {};
      if (Object.hasOwn(eventFields, name)) assert.ok(fields[name] !== undefined, name);
    }
});

test("what the document does not let through intake does not either, for every plain field", () => {
  for (const name of Object.keys(eventFields)) assert.equal(parse({ [name]: {} }).kind, "refused", name);
});
