import { compatibleRequest, type FuzzKeys } from "./compatible-requests.ts";
import type { Dice } from "./dice.ts";
import { galleryTemplates } from "./gallery-templates.ts";
import { enveloped, type HostileRequest } from "./hostile-envelope.ts";
import { macroText } from "./macro-texts.ts";
import { hostileTexts, mutatedJson, withTextElsewhere } from "./mutate-json.ts";
import { validCatalog } from "./valid-catalog.ts";
import { hostileYaml, validEvent, validTemplate } from "./valid-documents.ts";

export type Doors = "own" | "compatible" | "all";

/** A request at one of the doors, hostile in none, one or several ways. */
export const hostileRequest = (keys: FuzzKeys, doors: Doors, dice: Dice): HostileRequest => {
  if (doors === "compatible" || (doors === "all" && dice.hits(0.4))) return compatibleRequest(keys, dice);
  const kind = dice.below(100);
  if (kind < 60) return intakeRequest(keys, dice);
  if (kind < 72) return catalogRequest(keys, dice);
  if (kind < 88) return templateRequest(keys, dice);
  if (kind < 92) return proposeRequest(keys, dice);
  return lookRequest(keys, dice);
};

const oneTextOf = (dice: Dice): string => mutatedJson(validEvent(dice), dice);

const intakeRequest = (keys: FuzzKeys, dice: Dice): HostileRequest => {
  const many = (): string[] => Array.from({ length: dice.pick([1, 2, 5, 20]) }, () => oneTextOf(dice));
  const [type, text] = dice.pick([
    () => ["application/json", oneTextOf(dice)] as const,
    () => ["application/json", `[${many().join(dice.hits(0.02) ? ";" : ",")}]`] as const,
    () => ["application/x-ndjson", many().join(dice.pick(["\n", "\r\n", "\n\n", "\n \n", "\n{broken\n"]))] as const,
  ])();
  return enveloped({ method: "POST", url: "/v1/events", credential: bearer(keys.ingest), type }, text, dice);
};

const catalogRequest = (keys: FuzzKeys, dice: Dice): HostileRequest => {
  const url = `/v1/catalog${dice.pick(["?dry_run=true", "?dry_run=true", "?dry_run=true&prune=true", "?dry_run=maybe", ""])}`;
  if (dice.hits(0.3))
    return enveloped(
      { method: "PUT", url, credential: bearer(keys.management), type: "application/yaml" },
      hostileYaml(dice),
      dice,
    );
  const type = dice.hits(0.9) ? "application/json" : "application/yaml";
  return enveloped(
    { method: "PUT", url, credential: bearer(keys.management), type },
    dice.hits(0.3) ? withTextElsewhere(validCatalog, dice) : mutatedJson(validCatalog, dice),
    dice,
  );
};

const templateRequest = (keys: FuzzKeys, dice: Dice): HostileRequest => {
  if (dice.hits(0.2)) return galleryPreviewRequest(keys, dice);
  if (dice.hits(0.15)) return explainRequest(keys, dice);
  const event = { ...validEvent(dice), event_type: "in_app_event" };
  // Either side hostile by itself gets further than both at once.
  const [eventText, templateText] = dice.pick([
    () => [mutatedJson(event, dice), JSON.stringify(validTemplate(dice))] as const,
    () => [hostileValuesOf(event, dice), JSON.stringify(validTemplate(dice))] as const,
    () => [JSON.stringify(event), mutatedJson(validTemplate(dice), dice)] as const,
    () => [hostileValuesOf(event, dice), JSON.stringify(hostileTemplate(dice))] as const,
  ])();
  const more = {
    parameters: { account: "a" },
    data_sharing: dice.pick(["none", "values_without_revenue", "values_and_revenue"]),
  };
  const text = `{"event":${eventText},"template":${templateText},${JSON.stringify(more).slice(1)}`;
  return enveloped(
    { method: "POST", url: "/v1/preview", credential: bearer(keys.management), type: "application/json" },
    text,
    dice,
  );
};

/** Of an event that is given, or of one that may have been taken before. */
const explainRequest = (keys: FuzzKeys, dice: Dice): HostileRequest => {
  const event = { ...validEvent(dice), event_revenue_currency: dice.pick(["USD", "JPY", "GBP", "XXX"]) };
  const text = dice.pick([
    () => mutatedJson({ event }, dice),
    () => `{"event":${hostileValuesOf(event, dice)}}`,
    () => mutatedJson({ id: `number-${dice.below(50)}`, at: dice.pick(["then", "now"]) }, dice),
  ])();
  const call = { method: "POST", url: "/v1/explain", credential: bearer(keys.management) } as const;
  return enveloped({ ...call, type: "application/json" }, text, dice);
};

/** What ships with the program: its transforms and places under values that nobody meant. */
const galleryPreviewRequest = (keys: FuzzKeys, dice: Dice): HostileRequest => {
  const { document, parameters } = dice.pick(galleryTemplates());
  // A parameter may stand in the host, where few texts can.
  const given = Object.fromEntries(parameters.map((name) => [name, dice.hits(0.8) ? "a" : dice.pick(hostileTexts)]));
  const event = { ...validEvent(dice), event_type: dice.pick(["in_app_event", "install"]), ...hostileIds(dice) };
  const eventText = dice.hits(0.8) ? hostileValuesOf(event, dice) : mutatedJson(event, dice);
  const more = { template: document, parameters: given, partner_event: dice.pick(["buy", "buy", "\u{1f4a5}\r\n&"]) };
  return enveloped(
    { method: "POST", url: "/v1/preview", credential: bearer(keys.management), type: "application/json" },
    `{"event":${eventText},${JSON.stringify(more).slice(1)}`,
    dice,
  );
};

/** Of the ids and attributes that templates of partners name, some hostile. */
const hostileIds = (dice: Dice): object =>
  Object.fromEntries(
    idFields
      .filter(() => dice.hits(0.3))
      .map((name) => [name, dice.pick(hostileTexts).slice(0, dice.pick([100, 3_000]))]),
  );
const idFields = [
  ...["idfa", "idfv", "advertising_id", "oaid", "android_id", "install_id", "ip", "user_agent", "platform"],
  ...["country_code", "language", "campaign", "c", "af_siteid", "af_sub1", "app_version", "os_version", "device_model"],
  ...["click_time", "app_instance_id", "carrier", "region", "city", "keywords", "creative"],
];

/** A valid event whose texts are all hostile: it is taken, decided on and rendered. */
const hostileValuesOf = (event: Readonly<Record<string, unknown>>, dice: Dice): string =>
  JSON.stringify({
    ...event,
    customer_user_id: dice.pick(hostileTexts).slice(0, 200),
    clickid: dice.pick(hostileTexts).slice(0, 200),
    event_value: {
      [dice.pick(hostileTexts).slice(0, 50)]: dice.pick(hostileTexts).slice(0, 200),
      // At times more than a URL, a header or a body takes.
      note: dice.hits(0.9)
        ? dice.pick(hostileTexts).slice(0, 200)
        : dice.pick(hostileTexts).repeat(100).slice(0, 20_000),
    },
    context: { "user.name": dice.pick(hostileTexts).slice(0, 200) },
  });

const pieces = [
  ...[
    "{customer_user_id}",
    "{event_value.note|lower|sha256}",
    "(clickid)",
    "{{User ID}}",
    "{%all_json%}",
    "{user.name}",
    "$$sdk(idfa)",
  ],
  ...[
    "{",
    "}",
    "(",
    ")",
    "{{",
    "}}",
    "|",
    "{event_value.note|date:yyyy}",
    "{nothing}",
    "(param.account)",
    "{secret.k}",
    "%",
    "&amp;",
    "?",
    "#",
    "@",
    ":",
    "/",
    "[",
    "]",
    " ",
    "\\",
    "\r\n",
  ],
];

const hostileTemplate = (dice: Dice): object => {
  const dialect = dice.pick(["appsflyer", "leanplum", "adobe", "carom"] as const);
  const piece = (): string => (dice.hits(0.5) ? macroText(dialect, dice) : dice.pick(pieces));
  const text = (): string => Array.from({ length: 1 + dice.below(8) }, piece).join("");
  return {
    event_kind: "in_app_event",
    dialect,
    method: dice.pick(["GET", "POST", "PUT"]),
    url:
      dice.pick(["https://fixed.example/p?q=", "https://fixed.example/", "https://fixed.example", "https://", ""]) +
      text(),
    ...(dice.hits(0.4) ? { headers: { [dice.hits(0.5) ? "x-a" : text()]: text() } } : {}),
    ...(dice.hits(0.4)
      ? {
          body: `{"a": "${text()}"}`,
          content_type: dice.pick(["application/json", "text/xml", "text/plain", "application/x-www-form-urlencoded"]),
        }
      : {}),
  };
};

const proposeRequest = (keys: FuzzKeys, dice: Dice): HostileRequest => {
  const text = Array.from({ length: 1 + dice.below(12) }, () =>
    dice.pick([...pieces, ...hostileTexts.map((one) => one.slice(0, 500))]),
  ).join("");
  const document = { url: `https://a.example/?q=${text}`, body: dice.hits(0.5) ? text : null };
  return enveloped(
    { method: "POST", url: "/v1/templates/propose", credential: bearer(keys.management), type: "application/json" },
    mutatedJson(document, dice),
    dice,
  );
};

/** Looking, by hostile parameters. */
const lookRequest = (keys: FuzzKeys, dice: Dice): HostileRequest => {
  const value = encodeURIComponent(dice.pick(hostileTexts).slice(0, 300).toWellFormed());
  const path = dice.pick([
    "/v1/events",
    "/v1/postbacks",
    "/v1/explain",
    "/v1/stats",
    "/v1/keys",
    "/v1/reports/postbacks",
    "/v1/pauses",
  ]);
  const name = dice.pick([
    "limit",
    "cursor",
    "click_id",
    "partner_id",
    "state",
    "from",
    "to",
    "event_id",
    "user_id",
    "__proto__",
    "limit[]",
  ]);
  const url = dice.pick([
    () => `${path}?${name}=${value}`,
    () => `${path}/${value}`,
    () => `${path}?${name}=1&${name}=2`,
    () => `${path}?${name}=%ff%zz`,
    () => `/${value}`,
  ])();
  return {
    method: dice.pick(["GET", "GET", "GET", "DELETE", "PATCH"]),
    url,
    headers: { authorization: `Bearer ${keys.management}` },
  };
};

const bearer = (key: string) => ["authorization", `Bearer ${key}`] as const;
