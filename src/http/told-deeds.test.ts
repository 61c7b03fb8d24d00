import assert from "node:assert/strict";
import { test } from "node:test";
import type { InjectOptions } from "fastify";
import { openMemoryStorage } from "#src/adapters/memory/memory-storage.ts";
import { aPerson, password } from "#test/support/a-person.ts";
import { anHttp } from "#test/support/an-http.ts";
import { turnedClock } from "#test/support/turned-clock.ts";

/** Whoever tells of a deed after it loses it here, as a crash between the two would. */
const anHttpThatTellsNothingLater = () => {
  const clock = turnedClock();
  const storage = openMemoryStorage({ clock });
  const append = () => Promise.reject(new Error("the process has ended"));
  return anHttp({ clock, storage: { ...storage, audit: { ...storage.audit, append } } });
};

test("keys, secrets and notices are told with the deed, and not in a write after it", async () => {
  const http = await anHttpThatTellsNothingLater();
  const ask = async (question: InjectOptions) => {
    const answer = await http.ask(question);
    assert.ok(answer.statusCode < 300, answer.body);
    return answer.json();
  };
  const notice = { name: "ops", kinds: "*", app_id: null, to: { kind: "webhook", url: "https://ops.example/x" } };
  const key = await ask({ method: "POST", url: "/v1/keys", payload: { kind: "management", name: "ci" } });
  const rotated = await ask({ method: "POST", url: `/v1/keys/${key.id}/rotate`, payload: { overlap: "1d" } });
  await ask({ method: "DELETE", url: `/v1/keys/${rotated.id}` });
  await ask({ method: "PUT", url: "/v1/secrets/ops_key", payload: { value: "s" } });
  const signed = { ...notice, to: { ...notice.to, secret: "ops_key" } };
  const made = await ask({ method: "POST", url: "/v1/notices", payload: signed });
  const removed = await ask({ method: "DELETE", url: "/v1/secrets/ops_key" });
  assert.deepEqual(removed.needed_by, [`notices.${made.id}.to.secret`], "a notice that is signed with it is named");
  await ask({ method: "PUT", url: `/v1/notices/${made.id}`, payload: { ...notice, active: false } });
  await ask({ method: "DELETE", url: `/v1/notices/${made.id}` });
  const { items } = await http.storage.audit.find({}, { limit: 100, cursor: null });
  assert.deepEqual(items.map(({ kind, verb }) => `${kind} ${verb}`).toReversed(), [
    ...["key made", "key rotated", "key removed", "secret set", "notice made", "secret removed"],
    ...["notice changed", "notice removed"],
  ]);
});

test("people and rates are told with the deed, too", async () => {
  const http = await anHttpThatTellsNothingLater();
  const ada = await aPerson(http, { role: "editor" });
  const changed = { current_password: password, new_password: "another horse battery" };
  assert.equal((await ada.ask({ method: "PUT", url: "/v1/session/password", payload: changed })).statusCode, 200);
  const { data } = (await http.ask({ url: "/v1/users" })).json();
  const user = `/v1/users/${data[0].id}`;
  for (const question of [
    { method: "PATCH", url: user, payload: { role: "viewer" } },
    { method: "POST", url: `${user}/reset` },
    { method: "DELETE", url: user },
    { method: "POST", url: "/v1/rates", payload: { rates: [] } },
  ] as const) {
    const answer = await http.ask(question);
    assert.ok(answer.statusCode < 300, `${question.method} ${question.url} ${answer.body}`);
  }
  const { items } = await http.storage.audit.find({}, { limit: 100, cursor: null });
  assert.deepEqual(items.map(({ kind, verb }) => `${kind} ${verb}`).toReversed(), [
    ...["user invited", "user accepted", "user changed", "user changed", "user reset", "user removed"],
    ...["rates imported"],
  ]);
});
