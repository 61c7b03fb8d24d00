import { request } from "undici";

/** One of the ways in by which events are accepted, with a request that carries purchases of these users. */
export type IntakeDoor = {
  readonly name: string;
  /** Events that one request may carry here; null where it is as many as one likes. */
  readonly eventsMax: 1 | null;
  readonly make: (numbers: readonly number[], key: string) => DoorRequest;
};

type DoorRequest = {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
};

const app = "com.example.game";
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const basic = (key: string) => ({ authorization: `Basic ${Buffer.from(`${key}:`).toString("base64")}` });
const json = { "content-type": "application/json" };
const user = (number: number | undefined): string => String(number);

const own = (number: number): object => ({
  app_id: app,
  event_id: `number-${number}`,
  event_type: "in_app_event",
  event_name: "purchase",
  customer_user_id: user(number),
});
const pushedRow = (number: number | undefined) => ({
  app_id: app,
  event_type: "in-app-event",
  event_name: "purchase",
  event_time: "2026-11-26 10:00:00.000",
  appsflyer_id: `device-${number}`,
  customer_user_id: user(number),
  event_value: "{}",
});
const serverEvent = (number: number | undefined): object => ({
  appsflyer_id: `device-${number}`,
  customer_user_id: user(number),
  eventName: "purchase",
  eventValue: "",
});
const message = (number: number | undefined): object => ({
  type: "track",
  event: "purchase",
  messageId: `number-${number}`,
  userId: user(number),
});

const post = (path: string, headers: DoorRequest["headers"], body: unknown): DoorRequest => ({
  method: "POST",
  path,
  headers: { ...json, ...headers },
  body: typeof body === "string" ? body : JSON.stringify(body),
});

/** Every route that answers that an event is durable, in each of its forms. */
export const intakeDoors: readonly IntakeDoor[] = [
  { name: "one event", eventsMax: 1, make: ([number = 0], key) => post("/v1/events", bearer(key), own(number)) },
  { name: "a batch", eventsMax: null, make: (numbers, key) => post("/v1/events", bearer(key), numbers.map(own)) },
  {
    name: "lines",
    eventsMax: null,
    make: (numbers, key) =>
      post(
        "/v1/events",
        { ...bearer(key), "content-type": "application/x-ndjson" },
        numbers.map((number) => JSON.stringify(own(number))).join("\n"),
      ),
  },
  {
    name: "AppsFlyer's server event",
    eventsMax: 1,
    make: ([number], key) => post(`/inappevent/${app}`, { authentication: key }, serverEvent(number)),
  },
  {
    name: "AppsFlyer's pushed row",
    eventsMax: 1,
    make: ([number], key) => post("/appsflyer/push", { authorization: key }, pushedRow(number)),
  },
  {
    name: "AppsFlyer's pushed query",
    eventsMax: 1,
    make: ([number], key) => ({
      method: "GET",
      path: `/appsflyer/push?${new URLSearchParams(pushedRow(number))}`,
      headers: { authorization: key },
    }),
  },
  {
    name: "Segment's track",
    eventsMax: 1,
    make: ([number], key) => post("/v1/track", basic(key), message(number)),
  },
  {
    name: "Segment's batch",
    eventsMax: null,
    make: (numbers, key) => post("/v1/batch", basic(key), { batch: numbers.map(message) }),
  },
];

/** `closed` for now, by a 503; `unanswered` where the connection ended first: taken or not is unknown. */
type SentAtDoor = "taken" | "closed" | "unanswered";

/** Fails where the door answers anything else. */
export const sendAtDoor = async (
  door: IntakeDoor,
  to: { readonly url: string; readonly key: string },
  numbers: readonly number[],
): Promise<SentAtDoor> => {
  const { method, path, headers, body } = door.make(numbers, to.key);
  const answer = await ask(`${to.url}${path}`, { method, headers, body: body ?? null });
  if (answer === null) return "unanswered";
  if (answer.status === 503) return "closed";
  if (answer.status > 202) throw new Error(`${door.name}: ${answer.status} ${answer.text}`);
  return "taken";
};

const ask = async (
  url: string,
  options: Parameters<typeof request>[1],
): Promise<{ readonly status: number; readonly text: string } | null> => {
  try {
    const { statusCode, body } = await request(url, options);
    return { status: statusCode, text: await body.text() };
  } catch {
    return null;
  }
};
