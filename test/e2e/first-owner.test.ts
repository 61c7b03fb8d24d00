import assert from "node:assert/strict";
import { test } from "node:test";
import { startCaromProcess, temporaryFolder } from "#test/support/carom-process.ts";
import { until } from "#test/support/until.ts";

test("the link that a fresh server prints brings in its first owner, once", async (t) => {
  const folder = temporaryFolder();
  t.after(folder.remove);
  const carom = await startCaromProcess({ folder: folder.path });
  t.after(() => carom.kill("SIGTERM"));
  const link = await until(
    "the link of the first owner",
    () => /http:\S+\/welcome\/carom_link_[\w-]+/.exec(carom.log())?.[0],
  );
  const page = await fetch(link);
  assert.deepEqual([page.status, page.headers.get("content-type")], [200, "text/html; charset=utf-8"]);
  const come = () =>
    fetch(link, {
      method: "POST",
      redirect: "manual",
      body: new URLSearchParams({ name: "Ada", email: "ada@example.com", password: "correct horse battery" }),
    });
  const came = await come();
  assert.deepEqual([came.status, came.headers.get("location")], [303, "../"]);
  const cookie = came.headers.get("set-cookie")?.split(";")[0] ?? "";
  const session = await fetch(`${carom.url}/v1/session`, { headers: { cookie } });
  const { role, account_id: account }: { role?: string; account_id?: string } = JSON.parse(await session.text());
  assert.deepEqual([session.status, role, account], [200, "owner", "main"]);
  assert.match(await (await fetch(`${carom.url}/`, { headers: { cookie } })).text(), /You are signed in/);
  assert.equal((await come()).status, 410);
  const again = await carom.local({ method: "POST", path: "/v1/first-owner" });
  assert.equal(again.status, 409, "there is somebody now");
});
