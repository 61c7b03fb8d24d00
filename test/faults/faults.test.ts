import { test } from "node:test";
import { assertBooks, playOf } from "./fault-script.ts";
import { faultScripts } from "./fault-scripts.ts";

/** The short form. A seed of a failing run is given as CAROM_TEST_SEED to play it again. */
for (const script of faultScripts) {
  test(`${script.name}: ${script.promise}`, { skip: script.cannotRun?.() ?? false }, async (t) => {
    const seed = Number(process.env["CAROM_TEST_SEED"] ?? Date.now() % 1_000_000);
    t.diagnostic(`seed ${seed}`);
    assertBooks(await script.run(t, playOf(seed, script.sizes.short)));
  });
}
