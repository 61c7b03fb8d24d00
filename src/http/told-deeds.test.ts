import assert from "node:assert/strict";
import { test } from "node:test";
import type { InjectOptions } from "fastify";
import { openMemoryStorage } from "#src/adapters/memory/memory-storage.ts";
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
