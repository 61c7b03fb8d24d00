import assert from "node:assert/strict";
import { test } from "node:test";
import { runCommand } from "#test/support/run-command.ts";

const request = (version: string) => ({
  method: "GET",
  url: `https://north.example/${version}`,
  headers: [],
  body: null,
});
const found = {
  matching: 4,
  rerendered: 2,
  unchanged: 0,
  unmatched: 1,
  faulted: 1,
  in_flight: 0,
  examples: [{ id: "p1", before: request("v1"), after: request("v2") }],
};
const answering = ({ body }: { readonly body: string }) => ({
  status: 200,
  body: { ...found, dry_run: JSON.parse(body).dry_run },
});

test("a dry run tells what would change, with examples, and changes nothing", async () => {
  const { exit, heard, printed } = await runCommand(["rerender", "--partner", "north", "--dry-run"], answering);
  assert.equal(exit, "ok");
  assert.deepEqual(
    heard.map(({ method, path, body }) => [method, path, JSON.parse(body)]),
    [["POST", "/v1/postbacks/rerender", { filter: { partner_id: "north" }, dry_run: true }]],
  );
  assert.deepEqual(printed, [
    "4 waiting postbacks match. 2 requests would change; 1 left: not made by today's catalog; 1 left: not to be rendered by today's template.",
    "p1",
    "  before  GET https://north.example/v1",
    "  after   GET https://north.example/v2",
  ]);
});

test("it is counted first, done with --yes, and nothing is done without an answer or a filter", async () => {
  const done = await runCommand(["rerender", "--partner", "north", "--yes"], answering);
  assert.deepEqual(
    done.heard.map(({ body }) => JSON.parse(body).dry_run),
    [true, false],
  );
  assert.match(done.printed[0] ?? "", /^2 waiting postbacks rendered anew; 1 left/);
  const unasked = await runCommand(["rerender", "--partner", "north"], answering);
  assert.deepEqual([unasked.exit, unasked.heard.length], ["usage", 1]);
  const unfiltered = await runCommand(["rerender"], answering);
  assert.deepEqual([unfiltered.exit, unfiltered.heard.length], ["usage", 0]);
});
