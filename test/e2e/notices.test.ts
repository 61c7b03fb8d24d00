import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { type TestContext, test } from "node:test";
import { openMailer } from "#src/adapters/mail/open-mailer.ts";
import { openSender } from "#src/adapters/sender/open-sender.ts";
import { systemClock } from "#src/adapters/system/system-clock.ts";
import { accountId, noticeTargetId, secretName } from "#src/core/ids.ts";
import { type NoticeKind, noticeKinds } from "#src/core/notices/notice.ts";
import { defaultEngineLimits } from "#src/engine/limits.ts";
import type { Sender } from "#src/ports/sender.ts";
import { aTemplate } from "#test/support/a-catalog.ts";
import { aMailServer } from "#test/support/a-mail-server.ts";
import { anAddressedCatalog, to, toEach } from "#test/support/an-addressed-catalog.ts";
import { accept, anEngine, type EngineUnderTest } from "#test/support/an-engine.ts";
import { type HeardRequest, startRecordingReceiver } from "#test/support/recording-receiver.ts";
import { until } from "#test/support/until.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const game = "com.example.game";
const north = `integration:${game}:north`;

type Case = {
  /** Lets it come so far that people are told of it. */
  readonly befall: (under: EngineUnderTest) => Promise<void>;
  readonly subject: string;
  readonly app: string | null;
  readonly detail: RegExp;
  /** Mends it. */
  readonly mend: (under: EngineUnderTest) => Promise<void>;
};

const cases: Readonly<Record<NoticeKind, Case>> = {
  receiver_failing: {
    befall: async (under) => {
      under.sender.script(() => ({ kind: "response", status: 401 }));
      for (let left = defaultEngineLimits.breaker.refusalsInRow; left > 0; left -= 1)
        await accept(under, [to("north")]);
      await under.clock.turn(10 * minuteMs);
    },
    subject: north,
    app: game,
    detail: /breaker is open and holds the rest/,
    mend: async (under) => {
      under.sender.script(() => ({ kind: "response", status: 200 }));
      await under.clock.turn(hourMs);
    },
  },
  receiver_paused: {
    befall: async ({ engine, clock }) => {
      await engine.pause({ level: "app", id: game }, "ada");
      await clock.turn(hourMs + 5 * minuteMs);
    },
    subject: `app ${game}`,
    app: game,
    detail: /is paused by ada; what is due waits/,
    mend: async ({ engine, clock }) => {
      await engine.resume({ level: "app", id: game }, null);
      await clock.turn(5 * minuteMs);
    },
  },
  dead_growing: {
    befall: async (under) => {
      under.sender.script(() => ({ kind: "response", status: 400 }));
      await accept(under, toEach("north", 25));
      await under.clock.turn(5 * minuteMs);
    },
    subject: `${game} integration:north`,
    app: game,
    detail: /^25 of 25 postbacks that ended in the last two hours are dead$/,
    mend: async ({ clock }) => {
      clock.jump(3 * hourMs);
      await clock.turn(5 * minuteMs);
    },
  },
  silence: {
    befall: async (under) => {
      for (let hours = 24; hours > 0; hours -= 1) {
        await accept(under, [to("north")]);
        under.clock.jump(hourMs);
      }
      under.clock.jump(3 * hourMs);
      await under.clock.turn(5 * minuteMs);
    },
    subject: game,
    app: game,
    detail: /^no event of com\.example\.game for \d+ hours; in the week before it was never quiet for longer than 0$/,
    mend: async (under) => {
      await accept(under, [to("north")]);
      await under.clock.turn(5 * minuteMs);
    },
  },
  intake_refusing: {
    befall: async ({ faults, clock }) => {
      faults.setDiskFull(true);
      await clock.turn(5 * minuteMs);
    },
    subject: "server",
    app: null,
    detail: /^intake answers 503: disk_full$/,
    mend: async ({ faults, clock }) => {
      faults.setDiskFull(false);
      await clock.turn(5 * minuteMs);
    },
  },
  secret_unset: {
    befall: async ({ engine, clock }) => {
      const { catalog } = engine.catalog.current();
      const templates = [aTemplate({ url: "https://north.example/?k=(secret.token)" })];
      const partners = catalog.partners.map((partner) => ({ ...partner, templates }));
      const change = { catalog: { ...catalog, partners }, by: "ada", expected: null, dryRun: false } as const;
      assert.equal((await engine.catalog.change(change)).kind, "changed");
      await clock.turn(10 * minuteMs);
    },
    subject: "token for partner north",
    app: game,
    detail: /^postbacks of partner north in app com\.example\.game wait for the secret token, which is not set: `carom/,
    mend: async ({ storage, clock }) => {
      await storage.secrets.put({ name: secretName("token"), box: "sealed", updatedAt: clock.now() });
      await clock.turn(5 * minuteMs);
    },
  },
};

const signingKey = Buffer.alloc(32, 7);
const signingSecret = `whsec_${signingKey.toString("base64")}`;

/** What a receiver does that knows nothing but the specification of Standard Webhooks. */
const assertSigned = ({ headers, body }: HeardRequest): void => {
  const [id, timestamp] = [String(headers["webhook-id"]), String(headers["webhook-timestamp"])];
  const mac = createHmac("sha256", signingKey).update(`${id}.${timestamp}.${body}`).digest("base64");
  assert.ok(String(headers["webhook-signature"]).split(" ").includes(`v1,${mac}`), "the signature verifies");
  assert.ok(Math.abs(Date.now() / 1000 - Number(timestamp)) < 300, "and its time is the one of the attempt");
};

/** An engine whose partners follow the script, and whose notices go out over real connections. */
const start = async (context: TestContext, kind: NoticeKind) => {
  const receiver = await startRecordingReceiver();
  context.after(receiver.close);
  const mails = await aMailServer(context);
  const real = await openSender({ clock: systemClock, threads: 1, settings: { allowedCidrs: ["127.0.0.0/8"] } });
  context.after(() => real.close(0));
  const sendBy = (scripted: Sender): Sender => ({
    ...scripted,
    send: (orders) => {
      const isNotice = ({ request }: (typeof orders)[number]) => request.url.startsWith(receiver.url);
      real.send(orders.filter(isNotice));
      scripted.send(orders.filter((order) => !isNotice(order)));
    },
    onResults: (listener) => {
      real.onResults(listener);
      scripted.onResults(listener);
    },
  });
  const mailer = openMailer({ url: mails.url, from: "carom@example.com" });
  const under = await anEngine({ catalog: anAddressedCatalog({ north: {} }), mailer, sendBy });
  real.setSecrets(new Map([[secretName("ops.key"), signingSecret]]));
  const target = { accountId: accountId("main"), name: "on call", active: true, kinds: [kind], appId: null };
  const webhook = { kind: "webhook", url: `${receiver.url}/hook`, secret: secretName("ops.key") } as const;
  await under.storage.notices.putTarget({ ...target, id: noticeTargetId("notice_1"), to: webhook });
  const mail = { kind: "mail", address: "ops@example.com" } as const;
  await under.storage.notices.putTarget({ ...target, id: noticeTargetId("notice_2"), to: mail });
  return { under, receiver, mails };
};

for (const kind of noticeKinds) {
  const { befall, mend, subject, app, detail } = cases[kind];
  test(`${kind} is heard by a webhook that verifies its signature, and by mail, and so is its end`, async (context) => {
    const { under, receiver, mails } = await start(context, kind);
    await befall(under);
    const mailed = (phase: string) =>
      until(`a mail of ${phase}`, () => unfolded(mails.said).some((line) => line.includes(` ${phase}: `)));
    await Promise.all([receiver.waitFor(1), mailed("opened")]);
    // What is told is taken off the queue before anything else is: by then it has been heard.
    await until("nothing left to tell", async () => {
      await under.clock.rest();
      return (await under.storage.notices.due({ now: under.clock.now(), limit: 10 })).length === 0;
    });
    await mend(under);
    await Promise.all([receiver.waitFor(2), mailed("cleared")]);
    const bodies = receiver.heard.map(({ body }) => JSON.parse(body));
    assert.deepEqual(
      bodies.map(({ type, data }) => [type, data.kind, data.subject, data.app_id]),
      ["notice.opened", "notice.cleared"].map((type) => [type, kind, subject, app]),
    );
    assert.match(bodies[0].data.detail, detail);
    for (const request of receiver.heard) assertSigned(request);
    assert.notEqual(receiver.heard[0]?.headers["webhook-id"], receiver.heard[1]?.headers["webhook-id"]);
    assert.equal(receiver.heard[0]?.headers["content-type"], "application/json");
    const subjects = unfolded(mails.said).filter((line) => line.startsWith("Subject: "));
    assert.deepEqual(
      subjects,
      ["opened", "cleared"].map((phase) => `Subject: [Carom] ${kind} ${phase}: ${subject}`),
    );
    assert.ok(mails.said.includes("RCPT TO:<ops@example.com>"));
  });
}

/** A header that was too long for one line stands on several, each but the first begun with a blank. */
const unfolded = (lines: readonly string[]): readonly string[] =>
  lines
    .join("\n")
    .replaceAll(/\n (?=\S)/g, " ")
    .split("\n");
