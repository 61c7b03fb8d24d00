import assert from "node:assert/strict";
import { test } from "node:test";
import { runCommand } from "#test/support/run-command.ts";

const job = { id: "job_1", created_at: "2026-01-14T12:00:00.000Z", updated_at: "2026-01-14T12:00:00.000Z" };
const partners = { data: [{ id: "northnet", revision: 1 }], next_cursor: null };
const replay = { ...job, status: "estimated", matching: 0, replayed: 0, skipped: 0 };
const backfill = {
  ...job,
  status: "done",
  dry_run: true,
  looked: 0,
  left: 0,
  postbacks: 0,
  already_served: 0,
  by_target: {},
};

const answer = ({ path }: { readonly path: string }) => {
  if (path.startsWith("/v1/replays")) return { status: 202, body: replay };
  return path.startsWith("/v1/backfills") ? { status: 202, body: backfill } : { status: 200, body: partners };
};

test("a partner that there is not fails, with the one that was meant, and looks like no job that is done", async () => {
  for (const command of ["replay", "backfill"]) {
    const { exit, told } = await runCommand([command, "--partner", "nortnet", "--yes"], answer);
    assert.equal(exit, "failed", told.join());
    assert.match(told.join("\n"), /there is no partner nortnet; did you mean northnet\?/);
    assert.equal((await runCommand([command, "--partner", "northnet", "--yes"], answer)).exit, "ok");
  }
});
