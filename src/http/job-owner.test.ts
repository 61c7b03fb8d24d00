import assert from "node:assert/strict";
import { test } from "node:test";
import { aCatalog, anAccount, anApp, anIntegration } from "#test/support/a-catalog.ts";
import { aPerson } from "#test/support/a-person.ts";
import { accept, anEngine } from "#test/support/an-engine.ts";
import { anEvent } from "#test/support/an-event.ts";
import { anHttpOver } from "#test/support/an-http.ts";

const acme = anAccount({ id: "acme", kind: "advertiser", afPrtNames: [] });

test("a job is its account's: it goes on without who started it, and a colleague sees and stops it", async () => {
  const apps = [anApp({ accountId: acme.id, integrations: [anIntegration({})] })];
  const under = await anEngine({ catalog: aCatalog({ accounts: [acme], apps }) });
  under.sender.script(() => ({ kind: "response", status: 400 }));
  await accept(
    under,
    Array.from({ length: 50 }, () => anEvent()),
  );
  const http = await anHttpOver(under);
  const ada = await aPerson(http, { email: "ada@example.com", role: "editor", account_id: "acme" });
  const bob = await aPerson(http, { email: "bob@example.com", role: "editor", account_id: "acme" });
  const payload = { filter: { app_id: "com.example.game" }, rate_per_second: 5 };
  const url = `/v1/replays/${(await ada.ask({ method: "POST", url: "/v1/replays", payload })).json().id}`;
  const replayed = async (): Promise<number> => (await bob.ask({ url })).json().replayed;
  const { data } = (await http.ask({ url: "/v1/users?account_id=acme" })).json();
  const user = data.find(({ email }: { readonly email: string }) => email === "ada@example.com");

  const demoted = await http.ask({
    method: "PATCH",
    url: `/v1/users/${user.id}?account_id=acme`,
    payload: { role: "viewer" },
  });
  assert.equal(demoted.statusCode, 200, demoted.body);
  assert.equal((await ada.ask({ method: "DELETE", url })).statusCode, 403, "a viewer looks, and stops nothing");
  await under.clock.turn(1_500);
  const before = await replayed();
  const removed = await http.ask({ method: "DELETE", url: `/v1/users/${user.id}?account_id=acme` });
  assert.equal(removed.statusCode, 200, removed.body);
  assert.equal((await ada.ask({ url })).statusCode, 401);
  await under.clock.turn(2_000);
  assert.ok((await replayed()) > before);
  assert.equal((await bob.ask({ method: "DELETE", url })).json().status, "stopped");
  const stoppedAt = await replayed();
  await under.clock.turn(5_000);
  assert.equal(await replayed(), stoppedAt);
});
