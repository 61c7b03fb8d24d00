import assert from "node:assert/strict";
import test from "node:test";
import { isAtLeast, roles } from "./role.ts";

test("each role may what those before it may, and nothing of those behind it", () => {
  for (const [place, role] of roles.entries())
    assert.deepEqual(
      roles.filter((least) => isAtLeast(role, least)),
      roles.slice(0, place + 1),
    );
});
