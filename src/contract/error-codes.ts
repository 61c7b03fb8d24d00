import { type CodeEntry, caller, operator } from "./error-code-entry.ts";
import { peopleErrorCodes } from "./people-error-codes.ts";

/**
 * Every code that leaves Carom in an answer: of whole requests, of single events, and of places in
 * a catalog document. Codes are stable: one is never renamed and never changes its meaning.
 */
export const errorCodes = {
  "request.malformed": caller(
    400,
    "The request cannot be read",
    "Send well-formed HTTP with a body of the announced length.",
  ),
  "request.invalid": caller(
    400,
    "A part of the request is not as the contract says",
    "Mend each place named in `errors`.",
  ),
  "request.unknown_field": caller(400, "A field is not known here", "Remove it or spell it as `errors` proposes."),
  "request.json_malformed": caller(400, "The body is not JSON", "Send one well-formed JSON text in UTF-8."),
  "request.not_utf8": caller(400, "The body is not UTF-8", "Encode the body as UTF-8."),
  "request.encoding_broken": caller(400, "The compressed body cannot be unpacked", "Send a complete gzip stream."),
  "request.too_large": caller(
    413,
    "The body is larger than allowed",
    "Send less in one request; events: at most 5 MiB after decompression.",
  ),
  "request.media_type": caller(
    415,
    "This content type is not taken here",
    "Send one of the content types named in the message.",
  ),
  "request.content_encoding": caller(
    415,
    "This content encoding is not taken here",
    "Send the body plain or with `content-encoding: gzip`.",
  ),
  "request.timeout": caller(
    408,
    "The request was not sent in time",
    "Send the whole request within the server's request timeout.",
  ),
  "request.expectation": caller(417, "This expectation is not known here", "Send no `expect` but `100-continue`."),
  "request.header_too_large": caller(431, "The headers are larger than allowed", "Send fewer or shorter headers."),
  "request.aborted": caller(400, "The client went away", "Keep the connection open until the answer."),
  "request.filter_empty": caller(
    400,
    "The filter names nothing",
    "Name at least one field to filter by; `from` and `to` count.",
  ),
  "request.idempotency_key": caller(
    422,
    "The idempotency key was used for another request",
    "Use a new key for a new request.",
  ),
  "route.unknown": caller(404, "There is nothing at this path", "See /openapi.json for all paths."),
  "route.method": caller(405, "The path does not take this method", "Use a method named in the `allow` header."),
  "rate.limited": caller(
    429,
    "Too many events or requests for this key",
    "Wait for the seconds in `retry-after`, then repeat.",
  ),

  "auth.missing": caller(401, "There is no key in the request", "Send `authorization: Bearer <key>`."),
  "auth.unknown_key": caller(401, "The key is not known", "Use a key that exists; make one with `carom keys add`."),
  "auth.key_expired": caller(401, "The key has ended", "Use the key that took its place, or make another one."),
  "auth.origin": caller(
    403,
    "A web page may not send with this key",
    "List the page's origin in `origins` of an ingest key, or send from a server.",
  ),
  "auth.session_ended": caller(401, "The session has ended", "Sign in again."),
  "auth.csrf": caller(
    403,
    "It was not sent from a page of this session",
    "Send the header `carom-csrf` with `csrf_token` of `GET /v1/session`.",
  ),
  ...peopleErrorCodes,
  "grant.configure": caller(403, "The grant does not go so far", "Ask the app's owner to change it."),
  "grant.share_events": caller(
    403,
    "Events of other sources are not granted",
    "Write `partner_only`, or ask for `share_events: all`.",
  ),
  "grant.share_revenue": caller(
    403,
    "Revenue is not granted",
    "Write `values_without_revenue`, or ask for `share_revenue`.",
  ),
  "grant.event_names": caller(403, "The event is not granted", "Ask the app's owner to name it in `event_names`."),
  "grant.event_unknown": caller(
    403,
    "The app has not reported such an event",
    "Ask the app's owner to create, map or send it first.",
  ),
  "permission.denied": caller(
    403,
    "This is not the account's to do",
    "Ask the owner of the app or partner for it, or for a grant.",
  ),
  "auth.role": caller(403, "The role is too low for this", "Ask somebody whose role is as the message says."),
  "auth.wrong_kind": caller(403, "This kind of key may not do this", "Use a key of a kind that the message names."),

  "events.none": caller(400, "There is no event in the body", "Send one event, an array of them, or NDJSON."),
  "events.none_accepted": caller(400, "None of the events was accepted", "Mend each event named in `errors`."),
  "segment.too_large": caller(
    400,
    "A message or batch is larger than Segment's API takes",
    "Send at most 32 KB a message and 500 KB a batch.",
  ),
  "segment.type_unknown": caller(
    400,
    "There is no such type of message",
    "Write track, page, screen, identify, group or alias.",
  ),
  "events.too_many": caller(413, "Too many events in one request", "Send at most 1,000 events in a request."),
  "event.app_unknown": caller(
    400,
    "The event's app is not in the catalog",
    "Send an `app_id` of the catalog, or add the app.",
  ),
  "event.app_missing": caller(
    400,
    "The event does not say its app",
    "Add `app_id`, or use an ingest key, which is bound to one app.",
  ),
  "event.app_forbidden": caller(403, "The key speaks for another app", "Use the ingest key of the event's app."),
  "event.too_large": caller(413, "The event is larger than 64 KiB", "Send less in one event."),
  "event.invalid": caller(400, "The event cannot be read", "Mend what the message names."),
  "event.not_json": caller(400, "The event is not JSON", "Send each event as one JSON object in UTF-8."),
  "event.not_utf8": caller(400, "The event is not UTF-8", "Encode each line as UTF-8."),
  "event.not_an_object": caller(400, "The event is not a JSON object", 'Send `{"event_name": "…", …}`.'),
  "event.member_reserved": caller(
    400,
    "A member of the event is Carom's own",
    "Leave out `carom_erased`, or name it otherwise: only an erasure marks an event with it.",
  ),
  "event.name_missing": caller(400, "The event has no name", "Add `event_name`."),
  "event.member_missing": caller(
    400,
    "A member that this call needs is missing",
    "Add the member that the message names.",
  ),
  "event.type_unknown": caller(400, "There is no such event type", "Use an `event_type` that the message names."),
  "event.time_invalid": caller(400, "A time cannot be read", "Write it as RFC 3339, such as 2026-01-14T12:00:00.000Z."),
  "event.field_type": caller(400, "A field has the wrong type", "Write the kind of value that the message names."),
  "event.field_too_long": caller(400, "A field is longer than allowed", "Shorten it to what the message allows."),
  "event.value_invalid": caller(400, "`event_value` is no JSON object", "Send an object, or a string that holds one."),
  "event.too_deep": caller(
    400,
    "The event is nested too deeply",
    "Nest objects and arrays at most 32 deep inside a member.",
  ),

  "intake.queue_full": operator(
    503,
    "Too many events are waiting to be stored",
    "Repeat after the seconds in `retry-after`; nothing was acknowledged.",
  ),
  "intake.disk_full": operator(
    503,
    "The disk is nearly full",
    "Make room on the server's disk; repeat later; nothing was acknowledged.",
  ),
  "intake.store_failed": operator(
    503,
    "The store does not answer",
    "See the server's log; a repeat with the same `event_id`s is safe.",
  ),
  "intake.undecided": {
    status: 500,
    fault: "us",
    title: "Carom made a mistake over these events",
    fix: "Report it with the request id; send the events one by one to find the one. Other requests are not affected.",
  },
  "intake.shutting_down": operator(
    503,
    "The server is shutting down",
    "Repeat after the seconds in `retry-after`; nothing was acknowledged.",
  ),

  "event.not_found": caller(
    404,
    "There is no such event",
    "The id is Carom's; find a client's own with `GET /v1/events?event_id=`. Events are kept for the retention time.",
  ),
  "postback.not_found": caller(404, "There is no such postback", "Look with `GET /v1/postbacks`."),
  "postback.no_match": caller(
    409,
    "Today's catalog makes no such postback of the event",
    "Redeliver as sent, or change what the reason names.",
  ),
  "replay.not_found": caller(404, "There is no such replay", "Use the id that `POST /v1/replays` answered."),
  "simulation.not_found": caller(
    404,
    "There is no such simulation",
    "Start it again: simulations live in memory, and a restart forgets them.",
  ),
  "simulation.busy": caller(429, "As many simulations run as may at once", "Wait for one to end, or stop one."),
  "simulation.unknown_app": caller(422, "A change names an app that is not there", "Name an app of the draft."),
  "preview.target_unknown": caller(404, "There is no such target", "Name a target as `carom explain` shows them."),
  "stream.full": operator(503, "As many watch as may at once", "Close a stream, or look with `GET /v1/stats`."),
  "stats.range": caller(400, "The time range is empty or too long", "Ask for what the message allows at once."),
  "backfill.not_found": caller(404, "There is no such backfill", "Use the id that `POST /v1/backfills` answered."),
  "gallery.not_found": caller(404, "There is no such partner in the gallery", "Look with `GET /v1/partner-gallery`."),
  "notice.not_found": caller(404, "There is no such notice", "Look with `GET /v1/notices`."),
  "notice.app_unknown": caller(422, "There is no such app", "Name an app of the catalog, or leave `app_id` out."),
  "notice.secret_unset": caller(422, "There is no such secret", "Set it first: `carom secrets set <name>`."),
  "notice.address_refused": caller(
    422,
    "The server does not send to this address",
    "Name a host outside, or allow its network with `CAROM_ALLOWED_NETWORKS`.",
  ),
  "notice.exists": caller(409, "There is such a notice already", "Change that one with PUT, or test it."),
  "notice.mail_unset": caller(
    422,
    "This server sends no mail",
    "Set `CAROM_MAIL_URL` and `CAROM_MAIL_FROM`, or name a webhook.",
  ),
  "erasure.app_unknown": caller(404, "There is no such app", "Name an app of the catalog, or leave `app_id` out."),
  "erasure.too_many_linked": caller(
    422,
    "The ids lead to more people than one",
    "Leave out the id that many share, or send `linked: false`.",
  ),
  "app.not_found": caller(404, "There is no such app", "Use the id of an app in the catalog."),
  "partner.not_found": caller(404, "There is no such partner", "Use the id of a partner in the catalog."),
  "partner.test_unrendered": caller(
    409,
    "No test request can be written for this event",
    "Send an event that the partner has a template for, with the values that it needs.",
  ),
  "partner.test_busy": caller(429, "As many tests are under way as may be", "Wait for one to end."),
  "receiver.not_found": caller(
    404,
    "There is no such receiver",
    "Use an id as in `receiver_id` of a postback whose integration is in the catalog.",
  ),
  "key.not_found": caller(404, "There is no such key", "Look with `GET /v1/keys`."),
  "key.app_unknown": caller(
    422,
    "The key's app is not in the catalog",
    "Apply a catalog with the app first, or name another one.",
  ),
  "key.role_too_high": caller(
    403,
    "A key may not have a higher role than who makes it",
    "Make it with your own role or a lower one.",
  ),
  "account.not_found": caller(404, "There is no such account", "Look at `accounts` in `GET /v1/catalog`."),
  "secret.no_key": caller(
    422,
    "The secret is no key for what is signed with it",
    "For Standard Webhooks write `whsec_` and base64: `echo whsec_$(openssl rand -base64 24)`.",
  ),
  "secret.not_found": caller(404, "There is no such secret", "Look with `GET /v1/secrets`."),

  "catalog.foreign": caller(422, "It belongs to another account", "Leave it out, or take another id."),
  "catalog.role": caller(422, "The role is too low to change this", "Ask an admin of the account."),
  "catalog.in_use": caller(422, "It is in use by others", "Leave it in, or ask the operator who uses it."),
  "catalog.malformed": caller(400, "The document is not YAML or JSON", "Mend the syntax at the line named."),
  "catalog.too_large": caller(413, "The document is larger than allowed", "Take out what is not needed."),
  "catalog.too_deep": caller(422, "The document is nested too deeply", "The configuration nests at most 32 deep."),
  "catalog.alias": caller(422, "The document uses YAML anchors or merge keys", "Write the value out at each place."),
  "catalog.refused": caller(422, "There are mistakes, and nothing was changed", "Mend each place named in `errors`."),
  "catalog.duplicate_key": caller(422, "A key is given twice", "Remove one of the two."),
  "catalog.unknown_field": caller(422, "A field is not known here", "Remove it or spell it as the message proposes."),
  "catalog.missing": caller(422, "A required field is missing", "Add it."),
  "catalog.type": caller(422, "A value has the wrong type", "Write the kind of value that the message names."),
  "catalog.value": caller(422, "A value is none of those allowed", "Use one that the message names."),
  "catalog.too_many": caller(422, "A list is longer than allowed", "Leave as many as the message allows."),
  "catalog.id_taken": caller(
    422,
    "The id was another account's before",
    "Take another id, or ask an operator to make it that account's again and hand it over.",
  ),
  "catalog.duplicate_id": caller(422, "Two things have one id", "Give each its own id."),
  "catalog.unknown_reference": caller(
    422,
    "Something is named that the document does not define",
    "Define it or name another one.",
  ),
  "catalog.lost_race": caller(
    412,
    "The catalog was changed by somebody else",
    "Read it again, make the change anew, and send the new revision.",
  ),

  "integration.not_found": caller(
    404,
    "There is no such integration",
    "Look with `GET /v1/apps/{app_id}/integrations`; an agency's needs `?configurator=`.",
  ),
  "rule.not_found": caller(404, "There is no such rule", "Look with `GET /v1/apps/{app_id}/rules`."),
  "grant.not_found": caller(404, "There is no such grant", "Look with `GET /v1/apps/{app_id}/grants`."),
  "audit.not_found": caller(404, "There is no such change", "Use a key and revision as `GET /v1/audit` tells them."),
  "resource.exists": caller(409, "There is one with this id", "Take another id, or change it with PUT or PATCH."),
  "resource.forbidden": caller(403, "It is another account's to change", "Ask whose it is, or for a grant."),
  "resource.in_use": caller(
    409,
    "Other resources refer to it",
    "Remove or change those named in `errors` first; of a partner `cascade=true` removes its integrations with it.",
  ),
  "resource.lost_race": caller(
    412,
    "The resource was changed by somebody else",
    "Read it again, make the change anew, and send the new revision.",
  ),
  "resource.waiting": caller(
    409,
    "Postbacks wait for what would be removed",
    "Look with `dry_run=true` how many; send `cancel_waiting=true` to cancel them.",
  ),

  "server.not_ready": operator(503, "The server does not take events now", "See `refusing` in the answer of /readyz."),
  "server.fault": {
    status: 500,
    fault: "us",
    title: "Carom made a mistake",
    fix: "Report it with the request id; the server's log has more.",
  },
} as const satisfies Record<string, CodeEntry>;

/** Told with a catalog that is put in force: likely mistakes. Those of templates are in `core/templates/template-codes.ts`. */
export const catalogWarningCodes = {
  "catalog.mapping_doubled": "Two mappings differ in their id alone, so that the partner has each event twice",
  "catalog.account_again": "An account of this id was there before, and what was kept under it is its again",
  "catalog.names_unused": "Names for `af_prt` stand on an account that is no agency",
  "catalog.mapping_unused": "Everything is sent as is, so that mappings are not looked at",
  "catalog.sending_unused": "`in_app_postbacks` shares more than its mappings do, which have settings of their own",
  "catalog.address_refused": "A host is written out that this server does not send to",
  "catalog.secret_unset": "A secret is named that is not set",
  "catalog.rate_missing": "Revenue is to go out in a currency of which no exchange rate was imported",
  "catalog.grant_missing": "An agency configures an integration, and the app grants it nothing",
} as const;

/** What an import tells of the file that it read: none of them stops it. */
export const importCodes = {
  "import.other_template": "An in-app message of another kind, which is no postback",
  "import.message_unusable": "A message that no rule can be made of",
  "import.rule_exists": "A rule of this id is there already, and was left as it is",
  "import.not_carried": "A field that a rule has no place for",
  "import.more": "There are more than are told one by one",
  "import.value_replaced": "A value that cannot be taken, and the one that stands in its place",
} as const;

export type ImportCode = keyof typeof importCodes;

export type ErrorCode = keyof typeof errorCodes;

export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(errorCodes, code);
