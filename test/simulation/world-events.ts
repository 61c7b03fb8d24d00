import type { Event } from "#src/core/events/event.ts";
import { uuidV7 } from "#src/core/uuid-v7.ts";
import type { Chance } from "#src/ports/chance.ts";
import type { Clock } from "#src/ports/clock.ts";
import { anEvent, type EventParts } from "#test/support/an-event.ts";

const devices = 6;
const clientEventIds = 12;

const pick = <Item>(chance: Chance, items: readonly [Item, ...Item[]]): Item =>
  items[Math.floor(chance.fraction() * items.length)] ?? items[0];

/** One event as an app may report it: of few devices and few client ids, so that they meet often. */
export const someEvent = (clock: Clock, chance: Chance): Event => {
  const now = clock.now();
  return anEvent({
    id: uuidV7(now, chance.bytes(10)),
    time: now,
    receivedAt: now,
    ...partsOf(chance),
  });
};

const partsOf = (chance: Chance): EventParts => {
  const device = `device-${Math.floor(chance.fraction() * devices)}`;
  const fraction = chance.fraction();
  if (fraction < 0.35) return { fields: { install_id: device } };
  if (fraction < 0.5) return anInstall(chance, device);
  if (fraction < 0.65) return { clientEventId: `client-${Math.floor(chance.fraction() * clientEventIds)}` };
  if (fraction < 0.75) return { ...anInstall(chance, device), clientEventId: `install-of-${device}` };
  if (fraction < 0.85) return { fields: { media_source: "network_int", install_id: device } };
  if (fraction < 0.95) return { name: "level", fields: { install_id: device } };
  return { type: "session" };
};

const anInstall = (chance: Chance, device: string): EventParts => {
  const attribution = pick(chance, [
    { media_source: "network_int" },
    { media_source: "network_int", af_prt: "agencyprt" },
    { media_source: "organic" },
  ]);
  return { type: "install", fields: { install_id: device, ...attribution } };
};
