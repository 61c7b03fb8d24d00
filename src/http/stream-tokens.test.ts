import assert from "node:assert/strict";
import { test } from "node:test";
import { aPageVisitor } from "#test/support/a-page-visitor.ts";
import { aPerson } from "#test/support/a-person.ts";
import { anHttp } from "#test/support/an-http.ts";
import { seededChance } from "#test/support/seeded-chance.ts";
import { turnedClock } from "#test/support/turned-clock.ts";
import { LiveFeed } from "./live-feed.ts";

test("who watches reads no link that was refused, however it was written: an admin would come in as the owner", async () => {
  const clock = turnedClock();
  const feed = new LiveFeed({ clock, chance: seededChance(2) });
  const http = await anHttp({ clock, feed });
  await aPerson(http);
  let told = "";
  const sink = { write: (text: string) => (told += text), pendingBytes: () => 0, end: () => {}, cut: () => {} };
  const bounds = () => assert.fail("an operator's bounds are not asked");
  feed.watch(sink, { appId: null, bounds, isOperator: () => true, ended: () => null, lastEventId: null });
  const [{ id }] = (await http.ask({ url: "/v1/users" })).json().data;
  const { link } = (await http.ask({ method: "POST", url: `/v1/users/${id}/reset` })).json();
  const { pathname } = new URL(link.url);
  const token = pathname.split("/").at(-1) ?? assert.fail();

  const visitor = aPageVisitor(http);
  await visitor.open(pathname);
  await visitor.press("Set the password", { password: "short" });
  const encoded = token.replaceAll("_", "%5F").replace("c", "%63");
  for (const part of [token, encoded])
    for (const url of [
      `/v1/invitations/${part}`,
      `/v1/invitations/${part}/`,
      `/v1/invitations/${part}/join`,
      `/invite/${part}/`,
      `/invite//${part}?next=${part}`,
      `/${part}`,
    ])
      for (const method of ["POST", "PUT"] as const)
        await http.app.inject({ method, url, headers: { "content-type": "application/json" }, payload: "{}" });
  const paths = [...told.matchAll(/"path":"([^"]*)"/g)].map(([, path]) => path);
  assert.ok(paths.includes("/invite/{token}") && paths.includes("/v1/invitations/{token}/join"), told);
  assert.ok(paths.includes("/v1/invitations/…/"), told);
  const secret = token.slice("carom_link_".length);
  for (const part of [secret, secret.slice(0, 20), secret.slice(-20)]) assert.ok(!told.includes(part), told);
  // A control: the link is of use still.
  assert.equal((await http.app.inject({ url: `/v1/invitations/${token}` })).statusCode, 200);
});
