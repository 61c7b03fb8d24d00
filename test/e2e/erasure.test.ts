import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { type TestContext, test } from "node:test";
import {
  applyCatalog,
  type CaromProcess,
  makeKey,
  startCaromProcess,
  temporaryFolder,
} from "#test/support/carom-process.ts";
import { numbersFrom, sendEventLoad } from "#test/support/event-load.ts";
import { onePartnerCatalog } from "#test/support/one-partner-catalog.ts";
import { until } from "#test/support/until.ts";

const people = 400;
const nameOf = (person: number): string => `victim-${String(person).padStart(4, "0")}@person.example`;

/** Takes a third, refuses a third for good and a third for now, and quotes what it was sent. */
const startQuotingReceiver = async (context: TestContext) => {
  const heard = new Set<string>();
  const server = createServer((request, response) => {
    const person = Number(/victim-(\d+)/.exec(request.url ?? "")?.[1]);
    heard.add(nameOf(person));
    response.writeHead([200, 400, 503][person % 3] ?? 200).end(`you said ${request.url}`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  return { url: `http://127.0.0.1:${address.port}`, heard };
};

const left = (folder: string, persons: readonly number[]): readonly string[] =>
  readdirSync(folder)
    .filter((name) => !name.endsWith(".sock"))
    .flatMap((name) => {
      const bytes = readFileSync(`${folder}/${name}`);
      return persons.filter((person) => bytes.includes(nameOf(person))).map((person) => `${nameOf(person)} in ${name}`);
    });

/** Until nothing of the person is on its way. */
const erase = (carom: CaromProcess, person: number) =>
  until(`${nameOf(person)} is erased`, async () => {
    const body = { identifiers: [{ kind: "user_id", value: nameOf(person) }], linked: true };
    const { status, text } = await carom.local({ method: "DELETE", path: "/v1/users-data", body });
    assert.equal(status, 200, text);
    const { in_flight: inFlight, left_in_log: leftInLog } = JSON.parse(text);
    return inFlight === 0 && leftInLog === false;
  });

test("people who are erased are in no file of the folder, while the server runs and after it has stopped", async (context) => {
  const receiver = await startQuotingReceiver(context);
  const folder = temporaryFolder();
  const carom = await startCaromProcess({ folder: folder.path });
  context.after(async () => {
    await carom.kill("SIGKILL");
    folder.remove();
  });
  await applyCatalog(carom, onePartnerCatalog(receiver.url));
  const key = await makeKey(carom, { kind: "ingest", app_id: "com.example.game" });
  const send = async (type: "install" | "in_app_event") => {
    const eventOf = (person: number): object => ({
      app_id: "com.example.game",
      event_type: type,
      ...(type === "install" ? {} : { event_name: "purchase" }),
      install_id: `device-of-${nameOf(person)}`,
      customer_user_id: nameOf(person),
      clickid: nameOf(person),
      event_value: { note: "n".repeat((person * 37) % 400) },
    });
    const numbers = numbersFrom(0, people);
    const { acknowledged } = await sendEventLoad({ url: carom.url, key, numbers, batch: 20, connections: 1, eventOf });
    assert.equal(acknowledged.length, people);
  };
  // The installs come late: each is stored anew with what it brings.
  for (const type of ["in_app_event", "install", "in_app_event", "install"] as const) await send(type);
  await until("everybody's postback has been heard", () => receiver.heard.size === people);
  const erased = [0, 1, 2, 3, 57, 58, 59, 199, 200, 201, 202, 310, 397, 398, 399];
  assert.ok(left(folder.path, erased).length >= erased.length, "they are there before");
  for (const person of erased) await erase(carom, person);
  assert.deepEqual(left(folder.path, erased), []);
  assert.equal(await carom.kill("SIGTERM"), 0);
  assert.deepEqual(left(folder.path, erased), []);
  assert.ok(left(folder.path, [4]).length > 0, "others are there still");
});
