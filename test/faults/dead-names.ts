import assert from "node:assert/strict";
import {
  applyCatalog,
  type CaromProcess,
  makeKey,
  startCaromProcess,
  temporaryFolder,
} from "#test/support/carom-process.ts";
import { type CountingReceiver, startCountingReceiver } from "#test/support/counting-receiver.ts";
import { sendEventLoad } from "#test/support/event-load.ts";
import { type NameAnswer, type NameServer, startNameServer } from "#test/support/name-server.ts";
import { appWith, partnerTo } from "#test/support/one-partner-catalog.ts";
import { reckon } from "#test/support/reckoning.ts";
import type { FaultContext, FaultScript } from "./fault-script.ts";

/**
 * Answers the healthy partner's name, for a second at a time so that it is asked for again; says of two dead
 * names that it cannot tell and that there is none, and hears all others in silence.
 */
const answerOf = (name: string): NameAnswer => {
  if (name.startsWith("healthy")) return { addresses: name === "healthy.example.com" ? ["127.0.0.1"] : [], ttlS: 1 };
  if (name.startsWith("dead6")) return "server_failure";
  return name.startsWith("dead7") ? "no_such_name" : "silent";
};

const events = 60;

type World = { readonly resolver: NameServer; readonly receiver: CountingReceiver; readonly healthyUrl: string };
type Run = { readonly carom: CaromProcess; readonly accepted: readonly number[]; readonly medianMs: number };

/** One event at a time, each from its request to the healthy partner's hearing of it. */
const runBeside = async (
  context: FaultContext,
  world: World,
  { dead, from }: { readonly dead: readonly string[]; readonly from: number },
): Promise<Run> => {
  const folder = temporaryFolder();
  const carom = await startCaromProcess({
    folder: folder.path,
    environment: { CAROM_RESOLVERS: world.resolver.address },
  });
  context.after(async () => {
    await carom.kill("SIGKILL");
    folder.remove();
  });
  await applyCatalog(carom, {
    carom: 1,
    partners: [
      ...dead.map((id) => partnerTo({ id, receiverUrl: `http://${id.replace("_", "-")}.example.com` })),
      partnerTo({ id: "healthy_int", receiverUrl: world.healthyUrl }),
    ],
    apps: [appWith([...dead, "healthy_int"])],
  });
  const key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });
  const accepted: number[] = [];
  const times: number[] = [];
  for (let number = from; number < from + events; number += 1) {
    const sentAt = performance.now();
    const { acknowledged } = await sendEventLoad({ url: carom.url, key, numbers: [number], batch: 1, connections: 1 });
    await world.receiver.allHeard(acknowledged, 30_000);
    times.push((world.receiver.firstHeardAt.get(number) ?? Number.NaN) - sentAt);
    accepted.push(...acknowledged);
  }
  return { carom, accepted, medianMs: times.toSorted((a, b) => a - b)[events / 2] ?? Number.NaN };
};

export const deadNames: FaultScript = {
  name: "names that never resolve",
  promise: "eight partners whose names never resolve leave a healthy one with a name of its own unmoved",
  sizes: { short: 1, long: 1, longSeeds: 1 },
  run: async (t) => {
    const resolver = await startNameServer(answerOf);
    const receiver = await startCountingReceiver();
    t.after(async () => {
      await receiver.close();
      await resolver.close();
    });
    const healthyUrl = receiver.url.replace("127.0.0.1", "healthy.example.com");
    const world = { resolver, receiver, healthyUrl };
    const alone = await runBeside(t, world, { dead: [], from: 0 });
    const dead = Array.from({ length: 8 }, (_, index) => `dead${index}_int`);
    const beside = await runBeside(t, world, { dead, from: events });

    // Order, not time: everything healthy was heard while no dead name had come to the end of its first attempt.
    const answer = await beside.carom.local({ method: "GET", path: "/v1/postbacks?partner_id=dead0_int&limit=500" });
    const { data }: { data: readonly { readonly attempts: number }[] } = JSON.parse(answer.text);
    const askedFor = (name: string): number => resolver.asked.filter((question) => question.includes(name)).length;
    const ratio = beside.medianMs / alone.medianMs;
    t.diagnostic(
      `from request to hearing ${alone.medianMs.toFixed(1)} ms alone, ${beside.medianMs.toFixed(1)} ms beside eight dead names: ${ratio.toFixed(2)} times; ${askedFor("dead")} questions never answered`,
    );
    const books = reckon(t, "healthy", {
      accepted: [...alone.accepted, ...beside.accepted],
      heard: receiver.heard,
    });
    assert.equal(receiver.heard.size, 2 * events);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(data.length, events);
    assert.ok(askedFor("healthy.example.com") > 0, "the healthy name was never asked for, so nothing was shown");
    assert.ok(askedFor("dead") > 0, "nobody asked for a dead name, so nothing was shown");
    assert.ok(
      data.every(({ attempts }) => attempts === 0),
      "a dead name ended its attempt before the healthy partner was served",
    );
    // Where look-ups stand in a queue of four, this is the ratio of a timeout to a few milliseconds.
    assert.ok(ratio < 10, `${ratio.toFixed(1)} times as slow`);
    return { ...books, doubledMax: 0 };
  },
};
