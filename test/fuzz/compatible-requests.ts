import {
  adobeConfig,
  adobeMessages,
  galleryPartner,
  leanplumArguments,
  pastedRequest,
  pushedRow,
  segmentCalls,
  segmentMessage,
  serverEvent,
} from "./compatible-documents.ts";
import type { Dice } from "./dice.ts";
import { enveloped, type HostileRequest } from "./hostile-envelope.ts";
import { mutatedJson } from "./mutate-json.ts";
import { mutatedPairs, type Pair } from "./mutate-pairs.ts";

export type FuzzKeys = { readonly ingest: string; readonly management: string; readonly exporting: string };

/** A request at one of the doors that clients of other products come through, hostile in none, one or several ways. */
export const compatibleRequest = (keys: FuzzKeys, dice: Dice): HostileRequest => {
  const made = doorOf(dice.below(100))(keys, dice);
  // Most speak in their vendor's words unless they are asked for a problem.
  const headers: Record<string, string> = { accept: "application/problem+json", ...made.headers };
  return dice.hits(0.5) ? made : { ...made, headers };
};

type Door = (keys: FuzzKeys, dice: Dice) => HostileRequest;

const doorOf = (kind: number): Door => {
  if (kind < 20) return serverEventRequest;
  if (kind < 32) return pushedRowRequest;
  if (kind < 42) return pushedQueryRequest;
  if (kind < 60) return leanplumRequest;
  if (kind < 82) return segmentRequest;
  if (kind < 92) return adobeRequest;
  return kind < 97 ? pastedRequestRequest : galleryRequest;
};

const json = "application/json";
const bearer = (key: string): Pair => ["authorization", `Bearer ${key}`];

const serverEventRequest: Door = (keys, dice) => {
  const app = dice.hits(0.95) ? "com.example.game" : dice.pick(hostilePaths);
  const call = { method: "POST", url: `/inappevent/${app}`, credential: ["authentication", keys.ingest] } as const;
  return enveloped({ ...call, type: json }, mutatedJson(serverEvent(dice), dice), dice);
};

const hostilePaths = ["id123456789", "%ff", "%zz", "..%2f..", "__proto__", "com.example.game%00", "a".repeat(2_000)];

/** The vendor's customer chooses the header. */
const pushCredential = (keys: FuzzKeys, dice: Dice): Pair =>
  dice.pick<Pair>([["authorization", keys.ingest], ["x-api-key", keys.ingest], bearer(keys.ingest)]);

const pushedRowRequest: Door = (keys, dice) => {
  const query = dice.hits(0.8) ? "" : `?${mutatedPairs([["event_type", "install-in-app-event"]], dice)}`;
  const call = { method: "POST", url: `/appsflyer/push${query}`, credential: pushCredential(keys, dice) } as const;
  return enveloped({ ...call, type: json }, mutatedJson(pushedRow(dice), dice), dice);
};

const pushedQueryRequest: Door = (keys, dice) => {
  const [name, value] = pushCredential(keys, dice);
  const query = mutatedPairs(
    Object.entries(pushedRow(dice)).map(([field, text]) => [field, String(text ?? "")]),
    dice,
  );
  return { method: "GET", url: `/appsflyer/push?${query}`, headers: { [name]: value } };
};

const leanplumRequest: Door = (keys, dice) => {
  const given = leanplumArguments(keys.exporting, dice);
  const pairs = Object.entries(given);
  const url = (query: string) => `/api?${query}`;
  return dice.pick([
    () => ({ method: dice.pick(["GET", "POST"] as const), url: url(mutatedPairs(pairs, dice)), headers: {} }),
    () =>
      enveloped(
        { method: "POST", url: "/api", credential: null, type: "application/x-www-form-urlencoded" },
        mutatedPairs(pairs, dice),
        dice,
      ),
    () => {
      const action = url(`action=${given["action"]}`);
      const list = {
        ...given,
        channels: dice.pick<unknown>([given["channels"], ["Email", "In-app Message"], [["Email"]]]),
      };
      return enveloped({ method: "POST", url: action, credential: null, type: json }, mutatedJson(list, dice), dice);
    },
  ])();
};

const segmentRequest: Door = (keys, dice) => {
  const call = dice.pick(segmentCalls);
  const user = dice.hits(0.97) ? `${keys.ingest}:` : dice.pick(["", ":", `${keys.ingest}\u0000:`, `:${keys.ingest}`]);
  const credential = ["authorization", `Basic ${Buffer.from(user).toString("base64")}`] as const;
  const messages = Array.from({ length: dice.pick([0, 1, 2, 20]) }, () => segmentMessage(dice));
  const { context } = segmentMessage(dice);
  const document =
    call === "batch" ? { batch: messages, context, sentAt: "2026-01-14T11:59:59Z" } : segmentMessage(dice);
  // Some libraries name their body as text.
  const type = dice.pick([json, json, "text/plain"]);
  return enveloped({ method: "POST", url: `/v1/${call}`, credential, type }, mutatedJson(document, dice), dice);
};

const adobeRequest: Door = (keys, dice) => {
  const query = mutatedPairs(
    [
      ["activate", dice.pick(["true", "false"])],
      ["replace", dice.pick(["true", "false"])],
      ["dry_run", dice.pick(["true", "false", "maybe"])],
    ],
    dice,
  );
  const url = `/v1/apps/com.example.game/rules/import?${query}`;
  const document = dice.hits(0.2) ? adobeConfig : adobeMessages(dice);
  return enveloped(
    { method: "POST", url, credential: bearer(keys.management), type: json },
    mutatedJson(document, dice),
    dice,
  );
};

const pastedRequestRequest: Door = (keys, dice) =>
  enveloped(
    { method: "POST", url: "/v1/templates/propose", credential: bearer(keys.management), type: json },
    mutatedJson(pastedRequest(dice), dice),
    dice,
  );

const galleryRequest: Door = (keys, dice) =>
  enveloped(
    {
      ...dice.pick([
        { method: "POST", url: "/v1/partners" } as const,
        { method: "PUT", url: "/v1/partners/gallery_1" } as const,
      ]),
      credential: bearer(keys.management),
      type: json,
    },
    mutatedJson(galleryPartner(dice), dice),
    dice,
  );
