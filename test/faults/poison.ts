import assert from "node:assert/strict";
import { applyCatalog, makeKey, readMetrics, startCaromProcess, temporaryFolder } from "#test/support/carom-process.ts";
import { startCountingReceiver } from "#test/support/counting-receiver.ts";
import { numbersFrom, purchase, sendEventLoad } from "#test/support/event-load.ts";
import { appWith, integrationOf, partnerTo } from "#test/support/one-partner-catalog.ts";
import { reckon } from "#test/support/reckoning.ts";
import type { FaultScript } from "./fault-script.ts";

/** No URL may be so long: this event's template cannot be rendered, and only for this event. */
const eventOf = (number: number, poisoned: number): object => ({
  ...purchase(number),
  event_value: { note: "x".repeat(number === poisoned ? 20_000 : 5) },
});

export const poison: FaultScript = {
  name: "poisoned event",
  promise: "an event whose template cannot be rendered is one dead postback, and the worker goes on",
  sizes: { short: 1, long: 1, longSeeds: 3 },
  run: async (t, play) => {
    const poisoned = play.between(0, 99);
    const folder = temporaryFolder();
    const receiver = await startCountingReceiver();
    const carom = await startCaromProcess({ folder: folder.path });
    t.after(async () => {
      await carom.kill("SIGKILL");
      await receiver.close();
      folder.remove();
    });
    const url = `${receiver.url}/postback?n=(clickid)&value=(event_value)`;
    const templates = [{ event_kind: "in_app_event", dialect: "appsflyer", method: "GET", url }];
    const mapping = { event_name: "purchase", send_for: "all_sources", data_sharing: "values_and_revenue" };
    await applyCatalog(carom, {
      carom: 1,
      partners: [partnerTo({ id: "examplenetwork_int", receiverUrl: receiver.url, templates })],
      apps: [appWith([], [integrationOf("examplenetwork_int", mapping)])],
    });
    const key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });
    const load = {
      url: carom.url,
      key,
      batch: 20,
      connections: 1,
      eventOf: (number: number) => eventOf(number, poisoned),
    };
    const { acknowledged } = await sendEventLoad({ ...load, numbers: numbersFrom(0, 100) });
    const healthy = acknowledged.filter((number) => number !== poisoned);
    await receiver.allHeard(healthy, 15_000);
    const books = reckon(t, "beside the poisoned one", { accepted: healthy, heard: receiver.heard });
    assert.deepEqual([acknowledged.length, receiver.heard.size], [100, 99]);

    const { text } = await carom.local({ method: "GET", path: "/v1/postbacks?state=dead" });
    const { data }: { data: readonly { readonly id: string; readonly reason: string; readonly attempts: number }[] } =
      JSON.parse(text);
    assert.deepEqual(
      data.map(({ reason, attempts }) => [reason, attempts]),
      [["render_error", 0]],
    );
    const one = await carom.local({ method: "GET", path: `/v1/postbacks/${data[0]?.id}` });
    assert.match(one.text, /"render_message":"the URL has more than \d+ bytes"/);
    assert.equal((await readMetrics(carom)).get('carom_dead_total{reason="render_error"}'), 1);
    return { ...books, doubledMax: 0 };
  },
};
