import assert from "node:assert/strict";
import {
  applyCatalog,
  type CaromProcess,
  makeKey,
  readMetrics,
  startCaromProcess,
  temporaryFolder,
} from "#test/support/carom-process.ts";
import { type CountingReceiver, startCountingReceiver } from "#test/support/counting-receiver.ts";
import { numbersFrom, sendEventLoad } from "#test/support/event-load.ts";
import { appWith, integrationOf, partnerTo } from "#test/support/one-partner-catalog.ts";
import { reckon } from "#test/support/reckoning.ts";
import { until } from "#test/support/until.ts";
import { type FaultContext, type FaultScript, sumBooks } from "./fault-script.ts";

const events = 200;

/** Too long for a URL and a header, and three times in a body for that, too. */
const longNote = "x".repeat(60_000);

/** What a template may be so that it is taken and fails for a value, or whatever the values are. */
type Poisonous = {
  readonly id: string;
  readonly template: object;
  /** Of every event, or of the poisoned ones alone. */
  readonly failsFor: "every event" | "poisoned events";
  readonly message: RegExp;
};

const poisonous: readonly Poisonous[] = [
  {
    id: "url_int",
    template: { url: "?n={clickid}&note={event_value.note}" },
    failsFor: "poisoned events",
    message: /^the URL has more than \d+ bytes$/,
  },
  {
    id: "header_int",
    template: { url: "?n={clickid}", headers: { "x-note": "{event_value.note}" } },
    failsFor: "poisoned events",
    message: /^the header x-note has more than \d+ bytes$/,
  },
  {
    id: "body_int",
    template: { url: "?n={clickid}", method: "POST", body: `{"a":[${Array(5).fill('"{event_value.note}"')}]}` },
    failsFor: "poisoned events",
    message: /^the body has more than \d+ bytes$/,
  },
  {
    id: "path_int",
    template: { url: "/{event_value.step}/buy?n={clickid}" },
    failsFor: "poisoned events",
    message: /^a value makes the path of the URL walk/,
  },
  {
    id: "bug_int",
    template: { url: "?n={clickid}&user={customer_user_id|hex}" },
    failsFor: "poisoned events",
    message: /^planted: hex cannot read this$/,
  },
  {
    id: "always_int",
    template: { url: `?n={clickid}&hashes=${"{clickid|sha256|hex}".repeat(80)}` },
    failsFor: "every event",
    message: /^the URL has more than \d+ bytes$/,
  },
];

const eventOf = (number: number, poisoned: ReadonlySet<number>): object => ({
  app_id: "com.example.game",
  event_id: `number-${number}`,
  event_type: "in_app_event",
  event_name: "purchase",
  clickid: String(number),
  customer_user_id: poisoned.has(number) ? "bug-7" : "user-7",
  event_value: poisoned.has(number) ? { note: longNote, step: ".." } : { note: "gift", step: "checkout" },
});

type Dead = { readonly id: string; readonly url: string | null; readonly reason: string; readonly attempts: number };

const deadOf = async (carom: CaromProcess, partnerId: string): Promise<readonly Dead[]> => {
  const path = `/v1/postbacks?state=dead&partner_id=${partnerId}&limit=500`;
  const { status, text } = await carom.local({ method: "GET", path });
  assert.equal(status, 200, text);
  const page: { readonly data: readonly Dead[] } = JSON.parse(text);
  return page.data;
};

const assertDead = async (
  carom: CaromProcess,
  { id, failsFor, message }: Poisonous,
  poisonedCount: number,
): Promise<number> => {
  const dead = await deadOf(carom, id);
  const expected = failsFor === "every event" ? events : poisonedCount;
  assert.deepEqual([id, dead.length], [id, expected]);
  for (const { reason, attempts } of dead) assert.deepEqual([id, reason, attempts], [id, "render_error", 0]);
  const { text } = await carom.local({ method: "GET", path: `/v1/postbacks/${dead[0]?.id}` });
  const detail: { readonly render_message: string } = JSON.parse(text);
  assert.match(detail.render_message, message);
  return dead.length;
};

type Receivers = ReadonlyMap<string, CountingReceiver>;

const startReceivers = async (context: FaultContext): Promise<Receivers> => {
  const receivers = new Map<string, CountingReceiver>();
  for (const id of [...poisonous.map((one) => one.id), "healthy_int"]) {
    const receiver = await startCountingReceiver();
    context.after(receiver.close);
    receivers.set(id, receiver);
  }
  return receivers;
};

const catalogOf = (receivers: Receivers): object => ({
  carom: 1,
  partners: [
    ...poisonous.map(({ id, template }) =>
      partnerTo({ id, receiverUrl: "", templates: [templateAt(receivers.get(id)?.url ?? "", template)] }),
    ),
    partnerTo({ id: "healthy_int", receiverUrl: receivers.get("healthy_int")?.url ?? "" }),
  ],
  apps: [
    appWith(
      [],
      [...receivers.keys()].map((id) =>
        integrationOf(id, { event_name: "purchase", send_for: "all_sources", data_sharing: "values_and_revenue" }),
      ),
    ),
  ],
});

const templateAt = (origin: string, template: object): object => {
  const { url = "", ...rest }: { readonly url?: string } = template;
  return { event_kind: "in_app_event", dialect: "carom", method: "GET", url: origin + url, ...rest };
};

export const poison: FaultScript = {
  name: "poisoned event or template",
  promise:
    "a template that fails for an event, or for all, or throws, makes that postback dead with its reason, and every other goes out",
  sizes: { short: 3, long: 8, longSeeds: 3 },
  run: async (t, { strikes, between }) => {
    const poisoned = new Set(Array.from({ length: strikes }, () => between(0, events - 1)));
    const folder = temporaryFolder();
    const receivers = await startReceivers(t);
    const environment = { NODE_OPTIONS: `--import=${new URL("../support/planted-bug.ts", import.meta.url).href}` };
    let carom = await startCaromProcess({ folder: folder.path, environment });
    t.after(async () => {
      await carom.kill("SIGKILL");
      folder.remove();
    });
    await applyCatalog(carom, catalogOf(receivers));
    const key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });
    const load = { key, batch: 20, connections: 1, eventOf: (number: number) => eventOf(number, poisoned) };
    const { acknowledged } = await sendEventLoad({ ...load, url: carom.url, numbers: numbersFrom(0, events) });
    assert.equal(acknowledged.length, events, "a poisoned event kept its batch from being taken");
    const wholesome = acknowledged.filter((number) => !poisoned.has(number));
    const owedTo = (id: string): readonly number[] => {
      const one = poisonous.find((each) => each.id === id);
      if (one === undefined) return acknowledged;
      return one.failsFor === "every event" ? [] : wholesome;
    };
    for (const [id, receiver] of receivers) await receiver.allHeard(owedTo(id), 15_000);
    let dead = 0;
    for (const each of poisonous) dead += await assertDead(carom, each, poisoned.size);
    assert.equal((await readMetrics(carom)).get('carom_dead_total{reason="render_error"}'), dead);

    // Dead is dead over a kill, too: a start that tried them again would fail over them again.
    await carom.kill("SIGKILL");
    carom = await startCaromProcess({ folder: folder.path, environment });
    const after = await sendEventLoad({ ...load, url: carom.url, numbers: numbersFrom(events, 20) });
    await receivers.get("healthy_int")?.allHeard(after.acknowledged, 15_000);
    await until("the last outcomes", async () => (await deadOf(carom, "always_int")).length === events + 20);
    const books = [...receivers].map(([id, { heard }]) => {
      const accepted = id === "healthy_int" ? [...acknowledged, ...after.acknowledged] : owedTo(id);
      return { ...reckon(t, id, { accepted, heard }), doubledMax: 0 };
    });
    const sentAnyway = [...receivers].filter(([id, { heard }]) => {
      const owed = new Set(owedTo(id));
      return [...heard.keys()].some((number) => number < events && !owed.has(number));
    });
    assert.deepEqual(sentAnyway, [], "a postback that is dead was sent");
    t.diagnostic(`${poisoned.size} poisoned events, ${dead} dead postbacks of ${poisonous.length} templates`);
    return sumBooks(books);
  },
};
