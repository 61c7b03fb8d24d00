import assert from "node:assert/strict";
import { test } from "node:test";
import { runCommand } from "#test/support/run-command.ts";

const unset = (path: string, code = "catalog.secret_unset") => ({ path, code, message: `${path}: told` });
const warnings = [
  unset("partner/north.templates[0].url"),
  unset("partner/northern.templates[0].url"),
  unset("partner/north.templates[0].url", "template.other"),
  unset("partner/south.signing.secret"),
];
const change = {
  revision: 2,
  changed: true,
  dry_run: false,
  changes: [],
  cancels: { waiting: 0, becomes: "cancelled", receivers: [] },
  saved_at: null,
  saved_by: null,
  warnings,
};
const document = `carom: 1
apps:
  - { id: com.example.game, integrations: [{ partner_id: north }] }
`;

test("a secret that a partner on the server lacks is told where the document has an integration with it", async () => {
  const applying = await runCommand(["apply", "-"], () => ({ status: 200, body: change }), document);
  assert.equal(applying.exit, "ok", applying.told.join("\n"));
  assert.equal(applying.told.length, 2);
  assert.match(
    applying.told[0] ?? "",
    /^warning {2}partner\/north\.templates\[0\]\.url: told \(catalog\.secret_unset\)$/,
  );
  assert.match(applying.told[1] ?? "", /^and 3 warnings about what stands on the server already/);
});

test("what another partner lacks is counted only, and told when asked for", async () => {
  const others = { ...change, warnings: warnings.slice(1) };
  const applying = await runCommand(["apply", "-"], () => ({ status: 200, body: others }), document);
  assert.equal(applying.told.length, 1);
  const all = await runCommand(["apply", "-", "--all-warnings"], () => ({ status: 200, body: others }), document);
  assert.equal(all.told.length, 3);
});
