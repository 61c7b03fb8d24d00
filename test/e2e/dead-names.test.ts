import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { test } from "node:test";
import { applyCatalog, makeKey, startCaromProcess, temporaryFolder } from "#test/support/carom-process.ts";
import { startCountingReceiver } from "#test/support/counting-receiver.ts";
import { sendEventLoad } from "#test/support/event-load.ts";
import { appWith, partnerTo } from "#test/support/one-partner-catalog.ts";

/** A resolver that hears every question and answers none. */
const startSilentResolver = async (): Promise<{ port: number; questions: () => number; close: () => void }> => {
  const socket = createSocket("udp4");
  let questions = 0;
  socket.on("message", () => {
    questions += 1;
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return { port: socket.address().port, questions: () => questions, close: () => socket.close() };
};

test("eight partners whose names never resolve leave a healthy one unmoved", async (t) => {
  const folder = temporaryFolder();
  const resolver = await startSilentResolver();
  const receiver = await startCountingReceiver();
  t.after(async () => {
    await receiver.close();
    resolver.close();
    folder.remove();
  });
  const dead = Array.from({ length: 8 }, (_, index) => `dead${index}_int`);
  const carom = await startCaromProcess({
    folder: folder.path,
    environment: { CAROM_RESOLVERS: `127.0.0.1:${resolver.port}` },
  });
  await applyCatalog(carom, {
    carom: 1,
    partners: [
      ...dead.map((id, index) => partnerTo({ id, receiverUrl: `http://dead${index}.example.com` })),
      partnerTo({ id: "healthy_int", receiverUrl: receiver.url }),
    ],
    apps: [appWith([...dead, "healthy_int"])],
  });
  const key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });
  const { acknowledged } = await sendEventLoad({ url: carom.url, key, from: 0, count: 200, batch: 20, connections: 2 });
  await receiver.allHeard(acknowledged, 15_000);

  // Order, not time: everything healthy was heard while no dead name had come to the end of its first attempt.
  const answer = await carom.local({ method: "GET", path: "/v1/postbacks?partner_id=dead0_int&limit=500" });
  const { data }: { data: readonly { readonly attempts: number }[] } = JSON.parse(answer.text);
  t.diagnostic(`200 healthy postbacks heard, ${resolver.questions()} questions asked and never answered`);
  assert.equal(answer.status, 200, answer.text);
  assert.equal(acknowledged.length, 200);
  assert.equal(data.length, 200);
  assert.ok(resolver.questions() > 0, "nothing asked the silent resolver, so nothing was shown");
  assert.ok(
    data.every(({ attempts }) => attempts === 0),
    "a dead name ended its attempt before the healthy partner was served",
  );
  await carom.kill("SIGKILL");
});
