import { appWith, integrationOf, partnerTo } from "./one-partner-catalog.ts";

/**
 * A load of every kind of event, told from its number alone, so that one that was never answered can
 * be sent again as it was:
 *
 *   5k, 5k + 1, 5k + 2   a purchase; but for the first of them with an `event_id`
 *   5k + 3               a level of device k, which nobody is owed before the device's install is known
 *   5k + 4               the install of device k − `installsBehind`: late, and at times after a kill
 */
export const kindOf = (number: number): MixedKind => kinds[number % kinds.length] ?? "purchase";
export type MixedKind = (typeof kinds)[number];
const kinds = ["purchase_without_id", "purchase", "purchase", "level", "install"] as const;
const installsBehind = 60;

/** Sent again it is the same event. */
export const isRepeatable = (number: number): boolean => kindOf(number) !== "purchase_without_id";
export const isPurchase = (number: number): boolean => number % kinds.length < 3;

/** The number of the install that a level waits for. */
export const installFor = (level: number): number => level + 1 + installsBehind * kinds.length;

export const mixedEvent = (number: number): object => {
  const event = { app_id: "com.example.game", clickid: String(number) };
  const named = { ...event, event_id: `number-${number}` };
  const device = Math.floor(number / kinds.length);
  switch (kindOf(number)) {
    case "purchase_without_id":
      return { ...event, event_type: "in_app_event", event_name: "purchase" };
    case "purchase":
      return { ...named, event_type: "in_app_event", event_name: "purchase" };
    case "level":
      // A click id of its own would be attribution of its own, which no install may complete.
      return {
        app_id: "com.example.game",
        event_id: named.event_id,
        event_type: "in_app_event",
        event_name: "level",
        install_id: `device-${device}`,
        customer_user_id: String(number),
      };
    case "install":
      return {
        ...named,
        event_type: "install",
        event_name: "install",
        install_id: `device-${device - installsBehind}`,
        media_source: "attributed_int",
      };
  }
};

/** Purchases go to two partners, of which one asks for retries; levels to the one that the install names. */
export const mixedCatalog = (
  urls: { readonly steady: string; readonly flaky: string; readonly attributed: string },
  inFlightMax: number,
): object => {
  const limits = { in_flight_max: inFlightMax };
  const delays = ["700ms", ...Array.from({ length: 9 }, () => "1s")];
  return {
    carom: 1,
    partners: [
      partnerTo({ id: "steady_int", receiverUrl: urls.steady, limits }),
      partnerTo({ id: "flaky_int", receiverUrl: urls.flaky, limits, retry_policy: { delays } }),
      partnerTo({ id: "attributed_int", receiverUrl: urls.attributed, number: "customer_user_id", limits }),
    ],
    apps: [
      appWith(
        ["steady_int", "flaky_int"],
        [integrationOf("attributed_int", { event_name: "level", send_for: "partner_only" })],
      ),
    ],
  };
};
