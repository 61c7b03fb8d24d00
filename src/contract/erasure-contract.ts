import { z } from "zod";
import { closedObject } from "./closed-object.ts";
import { searchNames, searchText, switchParameter } from "./list-query.ts";
import { defineRoute, jsonBody, jsonOk, none } from "./route.ts";
import { atLeast } from "./route-access.ts";

const identifiersMax = 100;

const identifier = closedObject({
  kind: z
    .enum(searchNames)
    .meta({ description: "As in a search; `user_id` is any advertising, device or customer id." }),
  value: searchText,
}).meta({ id: "PersonIdentifier" });

export const erasedWire = z
  .strictObject({
    dry_run: z.boolean(),
    identifiers: z.array(identifier).meta({ description: "Those given, and with `linked` those that they led to." }),
    events: z.int().meta({ description: "Events erased; in a dry run, found." }),
    cancelled: z.int().meta({ description: "Postbacks that waited, and will not be sent." }),
    in_flight: z.int().meta({
      description:
        "Events left as they are, since a request of theirs is on its way: ask again in a minute, until it is 0.",
    }),
    install_records: z.int(),
    once_marks: z.int().meta({ description: "Marks of rules that had fired once for this person." }),
    left_in_log: z.boolean().meta({
      description:
        "True where somebody reads an older moment of the file, as a backup does: `data.db-wal` holds bytes of the person until that ends and, at most 10 seconds later, the log is emptied.",
    }),
    left_in_file: z.boolean().meta({
      description:
        "True where `data.db` was too large to be written anew, or that failed: copies of a few rows may stay in it, in parts of pages that nothing uses, until `carom compact`.",
    }),
  })
  .meta({ id: "Erased" });
export type ErasedWire = z.output<typeof erasedWire>;

export const erasureRoutes = {
  eraseUserData: defineRoute({
    operation: "eraseUserData",
    group: "erasure",
    method: "DELETE",
    path: "/v1/users-data",
    summary:
      "Erase one person's data: what waits is cancelled first, then events, postbacks and answers are emptied where they are, and install records and marks removed. Counts and reports stay. Safe to repeat; a dry run tells how many events there are.",
    access: atLeast("admin"),
    params: none,
    query: closedObject({ dry_run: switchParameter.meta({ description: "Finds, and changes nothing." }) }),
    body: jsonBody(
      closedObject({
        app_id: searchText.optional().meta({ description: "Only in this app; without it, in all." }),
        identifiers: z.array(identifier).min(1).max(identifiersMax),
        linked: z.boolean().default(false).meta({
          description: "Follow install and user ids that stand in the same events, to the rest of the person.",
        }),
      }),
    ),
    ok: jsonOk(200, "What was erased.", erasedWire),
    refusals: ["erasure.app_unknown", "erasure.too_many_linked"],
  }),
} as const;
