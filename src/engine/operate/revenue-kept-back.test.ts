import assert from "node:assert/strict";
import { test } from "node:test";
import { accountId } from "#src/core/ids.ts";
import {
  aCatalog,
  aGrant,
  aMapping,
  anAccount,
  anApp,
  anIntegration,
  aPartner,
  aTemplate,
} from "#test/support/a-catalog.ts";
import { accept, anEngine } from "#test/support/an-engine.ts";
import { anEvent } from "#test/support/an-event.ts";

const acme = anAccount({ id: "acme", kind: "advertiser", afPrtNames: [] });
const template = aTemplate({ url: "https://partner.example/v1?e={event_name}&rev={monetary}" });
const mapping = aMapping({ id: "m-agency", eventName: "purchase", dataSharing: "values_and_revenue" });

const world = (shareRevenue: boolean) =>
  aCatalog({
    accounts: [anAccount(), acme],
    partners: [aPartner({ templates: [template] })],
    apps: [
      anApp({
        accountId: acme.id,
        integrations: [anIntegration({ configurator: "agency", mappings: [mapping] })],
        grants: [aGrant({ replay: true, shareRevenue })],
      }),
    ],
  });

/** A purchase whose postback died while revenue was shared; answers what is sent after the grant is as said. */
const sentAgain = async (
  isShared: boolean,
  send: (under: Awaited<ReturnType<typeof anEngine>>) => Promise<unknown>,
): Promise<readonly string[]> => {
  const under = await anEngine({ catalog: world(true) });
  under.sender.script(() => ({ kind: "response", status: 400 }));
  const fields = { af_prt: "agencyprt", event_revenue: 98765.4321, event_revenue_currency: "USD" };
  await accept(under, [anEvent({ fields })]);
  assert.match(JSON.stringify(under.sender.orders), /98765/);
  const before = under.sender.orders.length;
  await under.engine.catalog.change({ catalog: world(isShared), by: "acme", expected: null, dryRun: false });
  await send(under);
  await under.clock.turn(5_000);
  await under.clock.rest();
  return under.sender.orders.slice(before).map((order) => JSON.stringify(order));
};

type Under = Awaited<ReturnType<typeof anEngine>>;
const ways: Readonly<Record<string, (under: Under) => Promise<unknown>>> = {
  "redelivered as it was sent": async ({ engine, storage }) => {
    const { items } = await storage.log.findPostbacks({}, { limit: 1, cursor: null });
    return engine.redeliver(items[0]?.postback.id ?? assert.fail(), "as_sent");
  },
  "replayed as it was sent": ({ engine }) =>
    engine.startReplay({
      accountId: accountId("agency"),
      filter: {},
      render: "as_sent",
      ratePerSecond: null,
      dryRun: false,
    }),
};

for (const [how, send] of Object.entries(ways))
  test(`what is ${how} tells nothing that was paid once revenue is shared no more; while it is, all of it`, async () => {
    const [kept, ...more] = await sentAgain(false, send);
    assert.match(kept ?? "nothing was sent", /partner\.example.*purchase/);
    assert.doesNotMatch(kept ?? "", /98765/);
    assert.deepEqual(more, []);
    const [told] = await sentAgain(true, send);
    assert.match(told ?? "nothing was sent", /98765/);
  });
