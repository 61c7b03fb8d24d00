import assert from "node:assert/strict";
import test from "node:test";
import { routes } from "#src/contract/routes.ts";
import { secretName } from "#src/core/ids.ts";
import { secretMark } from "#src/core/templates/secret-mark.ts";
import { noon } from "#test/support/an-event.ts";
import { anHttp, assertAnswers, assertProblem } from "#test/support/an-http.ts";

const webhook = { name: "on call", to: { kind: "webhook", url: "https://ops.example/hook" } };

test("a place is made, read, changed and removed", async () => {
  const { ask } = await anHttp();
  const made = assertAnswers(
    routes.makeNotice,
    await ask({ method: "POST", url: "/v1/notices", payload: { ...webhook, kinds: ["silence"] } }),
  );
  assert.deepEqual(
    [made.account_id, made.kinds, made.app_id, made.to],
    ["main", ["silence"], null, { kind: "webhook", url: "https://ops.example/hook", secret: null }],
  );
  const url = `/v1/notices/${made.id}`;
  assert.deepEqual(assertAnswers(routes.readNotice, await ask({ url })), made);
  const to = { ...webhook.to, secret: "ops.key" };
  await ask({ method: "PUT", url: "/v1/secrets/ops.key", payload: { value: "hush" } });
  const changed = assertAnswers(
    routes.putNotice,
    await ask({ method: "PUT", url, payload: { ...webhook, app_id: "com.example.game", to } }),
  );
  assert.deepEqual([changed.kinds, changed.app_id, changed.to], ["*", "com.example.game", to]);
  const list = assertAnswers(routes.listNotices, await ask({ url: "/v1/notices" }));
  assert.deepEqual([list.data, list.open], [[changed], []]);
  assertAnswers(routes.removeNotice, await ask({ method: "DELETE", url }));
  assertProblem(await ask({ url }), 404, "notice.not_found");
  assertProblem(await ask({ method: "DELETE", url }), 404, "notice.not_found");
  assertProblem(await ask({ method: "PUT", url, payload: webhook }), 404, "notice.not_found");
  assertProblem(await ask({ method: "POST", url: `${url}/test` }), 404, "notice.not_found");
});

test("what is wrong now is listed with the places", async () => {
  const { ask, engine } = await anHttp();
  engine.openNotices = [
    {
      kind: "intake_refusing",
      subject: "server",
      appId: null,
      partnerId: null,
      detail: "intake answers 503: disk_full",
      since: noon,
      openedAt: noon + 1,
      toldAt: noon + 2,
    },
  ];
  const { open } = assertAnswers(routes.listNotices, await ask({ url: "/v1/notices" }));
  assert.deepEqual(
    open.map(({ kind, since, told_at }) => [kind, since, told_at]),
    [["intake_refusing", "2026-01-14T12:00:00.000Z", "2026-01-14T12:00:00.002Z"]],
  );
});

test("a test says whether it was heard", async () => {
  const { ask } = await anHttp();
  const testOf = async (name: string) => {
    const to = { ...webhook.to, url: `https://ops.example/${encodeURIComponent(name)}` };
    const made = await ask({ method: "POST", url: "/v1/notices", payload: { name, to } });
    return assertAnswers(routes.testNotice, await ask({ method: "POST", url: `/v1/notices/${made.json().id}/test` }));
  };
  assert.deepEqual(await testOf("on call"), { heard: true, reason: null });
  assert.deepEqual(await testOf("deaf"), { heard: false, reason: "it answered 500" });
});

test("an unknown app, mail without a server and a bad address are refused with the field and the fix", async () => {
  const { ask } = await anHttp();
  const make = (payload: object) => ask({ method: "POST", url: "/v1/notices", payload });
  assertProblem(await make({ ...webhook, app_id: "com.example.nothing" }), 422, "notice.app_unknown");
  const mail = { name: "mail", to: { kind: "mail", address: "ops@example.com" } };
  assertProblem(await make(mail), 422, "notice.mail_unset");
  assertProblem(await make({ ...webhook, to: { kind: "webhook", url: "ftp://ops.example" } }), 400, "request.invalid");
  const posing = `https://ops.example/${secretMark("url", secretName("another.key"))}`;
  assertProblem(await make({ ...webhook, to: { kind: "webhook", url: posing } }), 400, "request.invalid");
  assertProblem(await make({ ...webhook, kinds: ["weather"] }), 400, "request.invalid");
  assertProblem(await make({ ...webhook, to: { kind: "pigeon" } }), 400, "request.invalid");
  const mailing = await anHttp({ mailer: { send: async () => ({ kind: "sent" }) } });
  const made = await mailing.ask({ method: "POST", url: "/v1/notices", payload: mail });
  assert.equal(assertAnswers(routes.makeNotice, made).to.kind, "mail");
});

test("a secret that is not set, an address inside and the same notice again are refused when it is made", async () => {
  const { ask } = await anHttp();
  const make = (to: object, more: object = {}) =>
    ask({ method: "POST", url: "/v1/notices", payload: { ...webhook, ...more, to: { ...webhook.to, ...to } } });
  await ask({ method: "PUT", url: "/v1/secrets/ops.key", payload: { value: "hush" } });
  const unset = await make({ secret: "opskey" });
  assertProblem(unset, 422, "notice.secret_unset");
  assert.match(unset.json().detail, /^to\.secret: .*did you mean ops\.key\?/);
  assertProblem(await make({ url: "http://10.0.0.1/hook" }), 422, "notice.address_refused");
  const first = assertAnswers(routes.makeNotice, await make({ secret: "ops.key" }));
  const again = await make({ secret: "ops.key" }, { name: "again" });
  assertProblem(again, 409, "notice.exists");
  assert.ok(again.json().detail.includes(first.id));
  assertAnswers(routes.makeNotice, await make({ secret: "ops.key" }, { kinds: ["silence"] }));
});
