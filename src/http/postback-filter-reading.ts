import type { PostbackFilterWire } from "#src/contract/postback-filter.ts";
import { appId, eventId, partnerId, receiverId } from "#src/core/ids.ts";
import type { PostbackFilter } from "#src/ports/delivery-log.ts";
import { searchKeyOf } from "./search-key.ts";

export const postbackFilterOf = (wire: PostbackFilterWire): PostbackFilter => {
  const key = searchKeyOf(wire);
  return {
    ...(wire.app_id === undefined ? {} : { appId: appId(wire.app_id) }),
    ...(wire.partner_id === undefined ? {} : { partnerId: partnerId(wire.partner_id) }),
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
