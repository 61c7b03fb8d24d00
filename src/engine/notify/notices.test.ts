import assert from "node:assert/strict";
import { test } from "node:test";
import { accountId, noticeTargetId, secretName } from "#src/core/ids.ts";
import type { NoticeAddress, NoticeTarget } from "#src/core/notices/notice.ts";
import { defaultEngineLimits } from "#src/engine/limits.ts";
import type { Mailer } from "#src/ports/mailer.ts";
import type { SendOrder } from "#src/ports/sender.ts";
import { anAddressedCatalog, to } from "#test/support/an-addressed-catalog.ts";
import { accept, anEngine, type EngineUnderTest } from "#test/support/an-engine.ts";

const minuteMs = 60_000;
const catalog = anAddressedCatalog({ north: {} });
const webhook: NoticeAddress = { kind: "webhook", url: "https://ops.example/hook", secret: null };
const aTarget = (parts: Partial<NoticeTarget> = {}): NoticeTarget => ({
  id: noticeTargetId("notice_1"),
  accountId: accountId("main"),
  name: "on call",
  active: true,
  kinds: "*",
  appId: null,
  to: webhook,
  ...parts,
});

const isNotice = ({ request }: SendOrder): boolean => request.url.startsWith("https://ops");
const toldOf = ({ sender }: EngineUnderTest) =>
  sender.orders.filter(isNotice).map(({ request }) => {
    const { type, data } = JSON.parse(request.body ?? "");
    return `${type} ${data.kind} ${data.subject}`;
  });

/** The partner refuses until its breaker is open; the webhook answers as it is told to. */
const failing = async (under: EngineUnderTest, hook = 204): Promise<void> => {
  under.sender.script((order) => ({ kind: "response", status: isNotice(order) ? hook : 401 }));
  for (let refusals = 0; refusals < defaultEngineLimits.breaker.refusalsInRow; refusals += 1)
    await accept(under, [to("north")]);
};

const opened = "notice.opened receiver_failing integration:com.example.game:north";
const cleared = "notice.cleared receiver_failing integration:com.example.game:north";

test("a receiver that goes on failing is told of once, and once more when it is well again", async () => {
  const under = await anEngine({ catalog });
  await under.storage.notices.putTarget(aTarget());
  await failing(under);
  await under.clock.turn(4 * minuteMs);
  assert.deepEqual(toldOf(under), [], "what mends itself is no news");
  await under.clock.turn(10 * minuteMs);
  assert.deepEqual(toldOf(under), [opened]);
  const [open] = await under.engine.notices.open();
  assert.equal(open?.subject, "integration:com.example.game:north");
  assert.match(
    open?.detail ?? "",
    /sent: the last answer was 401, its breaker is open and holds the rest, [1-9]\d* now,/,
  );
  under.sender.script(() => ({ kind: "response", status: 200 }));
  await under.clock.turn(60 * minuteMs);
  assert.deepEqual(toldOf(under), [opened, cleared]);
  assert.deepEqual(await under.engine.notices.open(), []);
});

for (const [what, { answer, gone }] of Object.entries({
  receiver: {
    answer: { kind: "response", status: 401 },
    gone: /^the receiver integration:com\.example\.game:north is no longer in the catalog/,
  },
  host: { answer: { kind: "fault", fault: "connect_refused" }, gone: /^no breaker of the host north\.example is open/ },
} as const))
  test(`that a ${what} was failing is over once it is removed, and nobody is told that it is well`, async () => {
    const under = await anEngine({ catalog });
    await under.storage.notices.putTarget(aTarget({ kinds: ["receiver_failing"] }));
    under.sender.script((order) => (isNotice(order) ? { kind: "response", status: 204 } : answer));
    for (let sent = 0; sent < 3 * defaultEngineLimits.breaker.refusalsInRow; sent += 1)
      await accept(under, [to("north")]);
    await under.clock.turn(10 * minuteMs);
    const told = toldOf(under).map((text) => text.replace("notice.opened ", ""));
    assert.ok(told.length > 0);
    const removed = { catalog: anAddressedCatalog({ south: {} }), by: "ada", expected: null, dryRun: false } as const;
    await under.engine.catalog.change(removed);
    await under.clock.turn(30 * minuteMs);
    assert.deepEqual(await under.engine.notices.open(), [], "nothing of it is left to be told again");
    const details = under.sender.orders
      .filter(isNotice)
      .map(({ request }) => JSON.parse(request.body ?? ""))
      .filter(({ type }) => type === "notice.cleared")
      .map(({ data }) => data.detail);
    assert.equal(details.length, told.length);
    assert.ok(
      details.some((detail) => gone.test(detail)),
      `${details}`,
    );
    for (const detail of details) assert.doesNotMatch(detail, /takes what it is sent again/);
  });

test("a webhook that does not hear is told again, and after a restart as well", async () => {
  const under = await anEngine({ catalog });
  await under.storage.notices.putTarget(aTarget());
  await failing(under, 500);
  await under.clock.turn(7 * minuteMs);
  assert.ok(toldOf(under).length >= 2, "it is tried again");
  await under.engine.stop(0);
  const next = await anEngine({ catalog, tables: under.tables, clock: under.clock });
  next.sender.script((order) => ({ kind: "response", status: isNotice(order) ? 204 : 401 }));
  await next.clock.turn(20 * minuteMs);
  assert.equal(toldOf(next)[0], opened);
  const [queued] = await next.storage.notices.due({ now: next.clock.now() + 24 * 60 * minuteMs, limit: 10 });
  assert.ok(queued === undefined || queued.notice.phase === "cleared", "what was heard is not told again");
});

test("a webhook that never hears is given up, and the log is told", async () => {
  const under = await anEngine({ catalog, limits: { upkeep: { noticeTickMs: 10 * minuteMs } } });
  await under.storage.notices.putTarget(aTarget());
  await failing(under, 500);
  await under.clock.turn(17 * 60 * minuteMs);
  assert.ok(under.told.faults.some((fault) => /notice to on call was given up/.test(String(fault))));
});

test("only those hear who want this kind, this app, and whose account it concerns", async () => {
  const under = await anEngine({ catalog });
  const targets = [
    aTarget({ id: noticeTargetId("n1"), kinds: ["silence"] }),
    aTarget({ id: noticeTargetId("n2"), active: false }),
    aTarget({ id: noticeTargetId("n3"), accountId: accountId("studio") }),
    aTarget({ id: noticeTargetId("n4"), to: { ...webhook, url: "https://ops.example/heard" } }),
  ];
  for (const target of targets) await under.storage.notices.putTarget(target);
  await failing(under);
  await under.clock.turn(10 * minuteMs);
  assert.deepEqual(
    under.sender.orders.filter(isNotice).map(({ request }) => request.url),
    ["https://ops.example/heard"],
  );
});

test("a notice to a webhook with a secret has the headers of Standard Webhooks", async () => {
  const under = await anEngine({ catalog });
  const target = aTarget({ to: { ...webhook, secret: secretName("ops.key") } });
  assert.deepEqual(await under.engine.notices.test(target), { kind: "told" });
  const headers = under.sender.orders.at(-1)?.request.headers ?? [];
  assert.equal(JSON.parse(under.sender.orders.at(-1)?.request.body ?? "").type, "notice.test");
  const names = headers.filter((_, index) => index % 2 === 0);
  assert.deepEqual(names, ["content-type", "webhook-id", "webhook-timestamp", "webhook-signature"]);
  assert.match(headers.join(" "), /standard_webhooks:ops\.key/);
});

test("a test notice says that it was not heard, and why", async () => {
  const under = await anEngine({ catalog });
  under.sender.script(() => ({ kind: "response", status: 404 }));
  assert.deepEqual(await under.engine.notices.test(aTarget()), { kind: "unheard", reason: "it answered 404" });
  under.sender.script(() => ({ kind: "fault", fault: "name_not_found" }));
  const told = await under.engine.notices.test(aTarget());
  assert.ok(told.kind === "unheard" && told.reason.startsWith("name_not_found"));
});

test("mail goes through the mailer, with what it is about in its subject", async () => {
  const mails: Parameters<Mailer["send"]>[0][] = [];
  let isRefusing = false;
  const mailer: Mailer = {
    send: async (mail) => {
      mails.push(mail);
      return isRefusing ? { kind: "refused", reason: "550 no such user" } : { kind: "sent" };
    },
  };
  const mailed = aTarget({ to: { kind: "mail", address: "ops@example.com" } });
  const under = await anEngine({ catalog, mailer });
  assert.deepEqual(await under.engine.notices.test(mailed), { kind: "told" });
  assert.equal(mails[0]?.to, "ops@example.com");
  isRefusing = true;
  assert.deepEqual(await under.engine.notices.test(mailed), { kind: "unheard", reason: "550 no such user" });
  const without = await anEngine({ catalog });
  assert.deepEqual(await without.engine.notices.test(mailed), { kind: "unheard", reason: "no mail server is set" });
});
