import assert from "node:assert/strict";
import { accountId, appId, partnerId } from "#src/core/ids.ts";
import { emptyLogScope, type LogScope } from "#src/core/permissions/log-scope.ts";
import { integrationReceiverId } from "#src/core/postbacks/target-key.ts";
import type { Storage } from "#src/ports/storage.ts";
import { aBatch, aRecordedEvent } from "#test/support/a-recorded-event.ts";
import { anEvent } from "#test/support/an-event.ts";
import type { Guarantees } from "./guarantee.ts";
import { recordPostbacks } from "./recorded-postbacks.ts";

const agency = accountId("bright");
const game = appId("com.example.game");
const shop = appId("com.example.shop");

const events = async ({ log }: Storage, within: LogScope): Promise<readonly string[]> =>
  (await log.findEvents({ within }, { limit: 10, cursor: null })).items.map(({ event }) => event.name);

const receivers = async ({ log }: Storage, within: LogScope, state?: "pending"): Promise<readonly string[]> => {
  const filter = state === undefined ? { within } : { within, state };
  return (await log.findPostbacks(filter, { limit: 10, cursor: null })).items.map(
    ({ postback }) => postback.receiverId,
  );
};

export const logScopeGuarantees: Guarantees = {
  "who sees some apps finds their events and no others, and scans over no others": async (storage) => {
    for (const [app, name] of [
      [game, "one"],
      [shop, "two"],
      [game, "three"],
    ] as const)
      await storage.store.record(aBatch([aRecordedEvent({ event: anEvent({ appId: app, name }) })]));
    assert.deepEqual(await events(storage, { ...emptyLogScope, apps: [game] }), ["three", "one"]);
    assert.deepEqual(await events(storage, { ...emptyLogScope, apps: [game, shop] }), ["three", "two", "one"]);
    assert.deepEqual(await events(storage, emptyLogScope), []);
    const scanned = await storage.log.scanEvents(
      { within: { ...emptyLogScope, apps: [shop] } },
      { limit: 10, cursor: null },
    );
    assert.deepEqual(
      scanned.items.map(({ event }) => event.name),
      ["two"],
    );
    const page = await storage.log.findEvents(
      { within: { ...emptyLogScope, apps: [game] }, appId: shop },
      { limit: 10, cursor: null },
    );
    assert.deepEqual(page.items, []);
  },

  "an agency finds the events that name it, in apps that are granted to it": async (storage) => {
    const ofAgency = (app: typeof game, name: string, af_prt: string) =>
      anEvent({ appId: app, name, fields: { af_prt } });
    for (const event of [
      ofAgency(game, "own", "brightprt"),
      ofAgency(game, "another's", "otherprt"),
      ofAgency(shop, "elsewhere", "brightprt"),
    ])
      await storage.store.record(aBatch([aRecordedEvent({ event })]));
    const scope = { accountId: agency, afPrtNames: ["brightprt"], apps: [game] };
    assert.deepEqual(await events(storage, { ...emptyLogScope, agency: scope }), ["own"]);
  },

  "postbacks are found by whom they go to, and by whose integration": async (storage) => {
    const network = partnerId("network");
    const [ofGame, ofAgency, ofShop] = [
      integrationReceiverId(game, network, null),
      integrationReceiverId(game, network, agency),
      integrationReceiverId(shop, partnerId("other"), null),
    ];
    const owed = [
      { receiverId: ofGame, event: anEvent({ appId: game }) },
      { receiverId: ofAgency, event: anEvent({ appId: game }) },
      { receiverId: ofShop, event: anEvent({ appId: shop }) },
    ];
    for (const one of owed) await recordPostbacks(storage, [one]);
    const byAgency = { accountId: agency, afPrtNames: [], apps: [game] };
    for (const state of [undefined, "pending"] as const) {
      const found = (within: Partial<LogScope>) => receivers(storage, { ...emptyLogScope, ...within }, state);
      assert.deepEqual(await found({ apps: [game] }), [ofAgency, ofGame]);
      assert.deepEqual(await found({ agency: byAgency }), [ofAgency]);
      assert.deepEqual(await found({ partners: [network] }), [ofAgency, ofGame]);
      assert.deepEqual(await found({ apps: [shop], partners: [network] }), [ofShop, ofAgency, ofGame]);
      assert.deepEqual(await found({}), []);
    }
    const within = { ...emptyLogScope, apps: [shop] };
    assert.equal(await storage.log.countPostbacks({ within }, 10), 1);
  },
};
