import type { PostbackFilterWire } from "#src/contract/postback-filter.ts";
import { appId, eventId, partnerId, receiverId, ruleId } from "#src/core/ids.ts";
import type { DeliveryLog, PostbackFilter } from "#src/ports/delivery-log.ts";
import type { Bounds } from "./scope.ts";
import { searchKeyOf } from "./search-key.ts";

/**
 * A filter as the log takes it. `event_id` finds by Carom's id too, which is what answers about
 * postbacks hold under that name; an id of Carom's own is one that the log knows.
 */
export const postbackFilterReader =
  (log: Pick<DeliveryLog, "readEvent">) =>
  async (wire: PostbackFilterWire, bounds: Pick<Bounds, "filter">): Promise<PostbackFilter> => {
    const { event_id: given } = wire;
    const isCaroms =
      given !== undefined && uuidV7Form.test(given) && (await log.readEvent(eventId(given.toLowerCase()))) !== null;
    const { event_id: _given, ...rest } = wire;
    const filter = isCaroms ? { ...filterOf(rest), eventId: eventId(given.toLowerCase()) } : filterOf(wire);
    return { ...filter, ...bounds.filter };
  };

const uuidV7Form = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

const filterOf = (wire: PostbackFilterWire): PostbackFilter => {
  const key = searchKeyOf(wire);
  return {
    ...(wire.app_id === undefined ? {} : { appId: appId(wire.app_id) }),
    ...(wire.partner_id === undefined ? {} : { partnerId: partnerId(wire.partner_id) }),
    ...(wire.rule_id === undefined ? {} : { ruleId: ruleId(wire.rule_id) }),
    ...(wire.receiver_id === undefined ? {} : { receiverId: receiverId(wire.receiver_id) }),
    ...(wire.state === undefined ? {} : { state: wire.state }),
    ...(wire.dead_reason === undefined ? {} : { deadReason: wire.dead_reason }),
    ...(wire.event_name === undefined ? {} : { eventName: wire.event_name }),
    ...(wire.carom_event_id === undefined ? {} : { eventId: eventId(wire.carom_event_id) }),
    ...(wire.from === undefined ? {} : { from: wire.from }),
    ...(wire.to === undefined ? {} : { to: wire.to }),
    ...(key === null ? {} : { key }),
  };
};
