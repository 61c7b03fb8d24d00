import assert from "node:assert/strict";
import { test } from "node:test";
import { NotAcknowledged } from "#src/ports/journal.ts";
import { aCatalog, aGrant, aMapping, anAccount, anApp, anIntegration, aPartner } from "#test/support/a-catalog.ts";
import { accept, anEngine, codesOf, postbacks } from "#test/support/an-engine.ts";
import { anEvent, dayMs, hourMs, noon } from "#test/support/an-event.ts";

const device = { install_id: "device-1" };
const install = () =>
  anEvent({ type: "install", fields: { ...device, install_time: noon - hourMs, media_source: "examplenetwork_int" } });

/** Only events of the partner's own media source, within a week: both are told by the install. */
const attributed = aCatalog({
  apps: [
    anApp({
      integrations: [
        anIntegration({
          inApp: { window: { kind: "days", days: 7 } },
          mappings: [aMapping({ sendFor: "partner_only" })],
        }),
      ],
    }),
  ],
});

test("an event that came before its install is decided again when the install comes, and goes out", async () => {
  const under = await anEngine({ catalog: attributed });
  const event = anEvent({ fields: device });
  await accept(under, [event]);
  assert.deepEqual(await codesOf(under, event), ["not_attributed"]);
  under.clock.jump(hourMs);
  await accept(under, [install()]);
  assert.deepEqual(await codesOf(under, event), ["match"]);
  const stored = await under.storage.log.readEvent(event.id);
  assert.equal(stored?.event.enrichment?.version, 2);
  const [purchase] = await postbacks(under, { eventId: event.id });
  assert.equal(purchase?.state, "delivered");
});

test("the grace is over after 24 hours: an install that comes later decides nothing again", async () => {
  const under = await anEngine({ catalog: attributed });
  const event = anEvent({ fields: device });
  await accept(under, [event]);
  under.clock.jump(25 * hourMs);
  await accept(under, [install()]);
  assert.deepEqual(await codesOf(under, event), ["not_attributed"]);
});

test("an install amends the events that wait for it in the same record: if that fails, they wait on", async () => {
  const under = await anEngine({ catalog: attributed });
  const event = anEvent({ fields: device });
  await accept(under, [event]);
  under.faults.failNext("record", "before_commit");
  await assert.rejects(under.engine.journal.append([install()]), NotAcknowledged);
  assert.deepEqual(await codesOf(under, event), ["not_attributed"]);
  assert.equal(under.engine.status().inHand, 0);
  await accept(under, [install()]);
  assert.deepEqual(await codesOf(under, event), ["match"]);
});

test("two installs of one device at once serve a waiting event once", async () => {
  const under = await anEngine({ catalog: attributed });
  const event = anEvent({ fields: { ...device, advertising_id: "ad-1" } });
  await accept(under, [event]);
  const byInstallId = install();
  const byAdvertisingId = anEvent({
    ...byInstallId,
    id: "019bbc5e-0000-7000-8000-00000000ffff",
    fields: { ...byInstallId.fields, install_id: "device-2", advertising_id: "ad-1" },
  });
  const held = under.faults.holdNext("record");
  const one = under.engine.journal.append([byInstallId]);
  await held.arrived;
  const other = under.engine.journal.append([byAdvertisingId]);
  await under.clock.rest();
  held.letGo();
  await Promise.all([one, other]);
  await under.clock.rest();
  assert.equal((await postbacks(under, { eventId: event.id })).length, 1);
  assert.equal(under.engine.status().inHand, 0);
});

test("a partner that has been served for an event, by whichever configurator, is not served again", async () => {
  const configurations = [
    anIntegration({ mappings: [aMapping({ id: "m-own" })] }),
    anIntegration({ configurator: "agency", mappings: [aMapping({ id: "m-agency" })] }),
  ];
  const catalog = aCatalog({
    accounts: [anAccount()],
    apps: [anApp({ integrations: configurations, grants: [aGrant()] })],
  });
  const under = await anEngine({ catalog });
  const event = anEvent({ fields: device });
  await accept(under, [event]);
  assert.deepEqual(await codesOf(under, event), ["match", "other_configurator"]);
  // The install says that the event is the agency's: by today's decision it would go out through the agency.
  const ofAgency = install();
  await accept(under, [{ ...ofAgency, fields: { ...ofAgency.fields, af_prt: "agencyprt" } }]);
  assert.deepEqual((await codesOf(under, event)).toSorted(), ["already_served", "match", "other_configurator"]);
  assert.equal((await postbacks(under, { eventId: event.id })).length, 1);
});

test("what does not rest on the install stays as it was decided, whatever the catalog says now", async () => {
  const two = (isMapped: boolean) =>
    aCatalog({
      partners: [aPartner(), aPartner({ id: "other_int" })],
      apps: [
        anApp({
          integrations: [
            anIntegration({
              inApp: { window: { kind: "days", days: 7 } },
              mappings: [aMapping({ sendFor: "partner_only" })],
            }),
            anIntegration({ partnerId: "other_int", mappings: isMapped ? [aMapping({ id: "m-other" })] : [] }),
          ],
        }),
      ],
    });
  const under = await anEngine({ catalog: two(false) });
  const event = anEvent({ fields: device });
  await accept(under, [event]);
  const before = await under.storage.log.readEvent(event.id);
  assert.deepEqual((await codesOf(under, event)).toSorted(), ["not_attributed", "not_mapped"]);
  const changed = await under.engine.catalog.change({
    catalog: two(true),
    by: "local",
    expected: null,
    dryRun: false,
  });
  assert.equal(changed.kind, "changed");
  await accept(under, [install()]);
  const after = await under.storage.log.readEvent(event.id);
  assert.deepEqual(
    after?.decisions.filter((decision) => decision.targetKey.includes("other_int")),
    before?.decisions.filter((decision) => decision.targetKey.includes("other_int")),
  );
  assert.equal((await postbacks(under, { eventId: event.id })).length, 1);
});

test("an install outside the window decides a waiting event again, and says so", async () => {
  const under = await anEngine({ catalog: attributed });
  const event = anEvent({ fields: device });
  await accept(under, [event]);
  const old = install();
  await accept(under, [{ ...old, fields: { ...old.fields, install_time: noon - 30 * dayMs } }]);
  assert.deepEqual(await codesOf(under, event), ["outside_window"]);
});
