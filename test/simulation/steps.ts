import { noFaultRates } from "#src/adapters/memory/faults.ts";
import type { PostbackId } from "#src/core/ids.ts";
import type { PauseScope } from "#src/ports/catalog-store.ts";
import type { Chance } from "#src/ports/chance.ts";
import type { PostbackFilter } from "#src/ports/delivery-log.ts";
import { turnedClock } from "#test/support/turned-clock.ts";
import { moods } from "./receivers.ts";
import type { World } from "./world.ts";
import { narrow, network, receiverIds, steady, steadyReceiver, worldCatalog } from "./world-catalog.ts";
import { someEvent } from "./world-events.ts";

/** One thing that happens, told in a few words for the trace. */
type Happening = { readonly weight: number; readonly happen: (world: World) => Promise<string> };

const hourMs = 3_600_000;
const lateMsMax = 20_000;
const startedAt = turnedClock().now();
const upTo = (chance: Chance, most: number): number => Math.floor(chance.fraction() * most);
const oneOf = <const Item>(chance: Chance, items: readonly [Item, ...Item[]]): Item =>
  items[upTo(chance, items.length)] ?? items[0];

const pauseScopes: readonly [PauseScope, ...PauseScope[]] = [
  { level: "everything" },
  { level: "app", id: "com.example.game" },
  { level: "partner", id: network },
  { level: "receiver", id: steadyReceiver },
];

const happenings: readonly Happening[] = [
  {
    weight: 30,
    happen: async (world) => {
      const events = Array.from({ length: 1 + upTo(world.chance, 6) }, () => someEvent(world.clock, world.chance));
      void world.append(events);
      return `${events.length} events`;
    },
  },
  {
    weight: 12,
    happen: async (world) => {
      const events = Array.from({ length: 40 }, () => someEvent(world.clock, world.chance));
      for (const event of events) void world.append([event]);
      return "a burst of 40 requests";
    },
  },
  {
    weight: 5,
    happen: async (world) => {
      const { clock, chance, faults } = world;
      faults.setRates({ ...noFaultRates, late: 0.7, lateMsMax });
      for (let request = 0; request < 12; request += 1) {
        void world.append([someEvent(clock, chance)]);
        await clock.turn(upTo(chance, 1_000));
      }
      return "requests come faster than the store commits";
    },
  },
  {
    weight: 12,
    happen: async ({ chance, receivers }) => {
      const receiver = receiverIds[upTo(chance, receiverIds.length)] ?? steadyReceiver;
      const mood = moods[upTo(chance, moods.length)] ?? "well";
      receivers.setMood(receiver, mood);
      return `${receiver} is ${mood}`;
    },
  },
  {
    weight: 6,
    happen: async ({ receivers }) => {
      receivers.allWell();
      return "everybody is well";
    },
  },
  {
    weight: 8,
    happen: async ({ chance, faults }) => {
      const rate = oneOf(chance, [0.05, 0.05, 0.4]);
      const late = oneOf(chance, [0, 0.3]);
      faults.setRates({ refused: rate, answerLost: rate / 2, late, lateMsMax: oneOf(chance, [50, 2_000, lateMsMax]) });
      return `the store fails at ${rate}, is late at ${late}`;
    },
  },
  {
    weight: 6,
    happen: async ({ faults }) => {
      faults.setRates(noFaultRates);
      faults.setDiskFull(false);
      return "the store is sound";
    },
  },
  {
    weight: 2,
    happen: async ({ faults }) => {
      faults.setDiskFull(!faults.isDiskFull());
      return `the disk is ${faults.isDiskFull() ? "full" : "free"}`;
    },
  },
  {
    weight: 4,
    happen: async (world) => {
      await world.crash();
      return "crash";
    },
  },
  {
    weight: 2,
    happen: async (world) => {
      const graceMs = oneOf(world.chance, [0, 1_000, 40_000]);
      await world.restart(graceMs);
      return `restart with ${graceMs} ms of grace`;
    },
  },
  {
    weight: 3,
    happen: async (world) => {
      world.crashSender();
      return "the sender crashes";
    },
  },
  {
    weight: 4,
    happen: async (world) => {
      const scope = oneOf(world.chance, pauseScopes);
      world.pause(scope);
      return `pause ${scope.level}`;
    },
  },
  {
    weight: 6,
    happen: async (world) => {
      const ratePerSecond = oneOf(world.chance, [null, 1, 10]);
      for (const scope of pauseScopes) world.resume(scope, ratePerSecond);
      return `resume at ${ratePerSecond}`;
    },
  },
  {
    weight: 4,
    happen: async (world) => {
      const filter = oneOf<PostbackFilter>(world.chance, [{}, { partnerId: network }, { partnerId: narrow }]);
      world.ask("replay", (engine) =>
        engine.startReplay({ filter, render: "as_sent", ratePerSecond: oneOf(world.chance, [null, 3]), dryRun: false }),
      );
      return "replay the dead";
    },
  },
  {
    weight: 3,
    happen: async (world) => {
      const ids = [...world.tables.sequenceOf.keys()];
      const id: PostbackId | undefined = ids[upTo(world.chance, ids.length)];
      if (id === undefined) return "nothing to redeliver";
      const render = oneOf(world.chance, ["as_sent", "current"]);
      world.ask("redeliver", (engine) => engine.redeliver(id, render));
      return `redeliver ${id} ${render}`;
    },
  },
  {
    weight: 3,
    happen: async (world) => {
      const filter = oneOf<PostbackFilter>(world.chance, [
        { partnerId: steady },
        { partnerId: narrow },
        { eventName: "level" },
      ]);
      world.ask("cancel", (engine) => engine.cancel({ filter, dryRun: false, reason: "by_request" }));
      return "cancel what waits";
    },
  },
  {
    weight: 4,
    happen: async (world) => {
      const without = oneOf(world.chance, [[], [], [network], [narrow]]);
      const off = oneOf(world.chance, [[], [steady], [network]]);
      const rule = oneOf(world.chance, ["on", "on", "off", "gone"]);
      world.changeCatalog(worldCatalog({ without, off, rule }));
      return `catalog without ${without.join()}, off ${off.join()}, rule ${rule}`;
    },
  },
  {
    weight: 2,
    happen: async ({ clock, chance }) => {
      // There and back, so that hours do not add up to days.
      const ahead = clock.now() - clock.monotonic() - startedAt;
      const by = ahead === 0 ? oneOf(chance, [-hourMs, hourMs]) : -ahead;
      clock.jump(by);
      return `the clock jumps by ${by / hourMs} h`;
    },
  },
  {
    weight: 10,
    happen: async ({ clock, chance }) => {
      const waited = upTo(chance, 10 * 60_000);
      await clock.turn(waited);
      return `${waited} ms pass`;
    },
  },
];

const totalWeight = happenings.reduce((sum, { weight }) => sum + weight, 0);

/** Lets something happen, and a little time pass; answers what it was. */
export const takeStep = async (world: World): Promise<string> => {
  let left = world.chance.fraction() * totalWeight;
  const chosen = happenings.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  const told = (await chosen?.happen(world)) ?? "";
  // Often the next thing happens while this one is under way.
  await world.clock.turn(upTo(world.chance, oneOf(world.chance, [1, 30, 30, 3_000, 3_000, 40_000])));
  return told;
};

/** Everything is made good, and enough time passes for all that waits to end. */
export const settleDown = async (world: World): Promise<void> => {
  world.faults.setRates(noFaultRates);
  world.faults.setDiskFull(false);
  world.receivers.allWell();
  await world.clock.turn(60_000);
  world.changeCatalog(worldCatalog());
  for (const scope of pauseScopes) world.resume(scope, null);
  await world.clock.turn(3 * hourMs);
};
