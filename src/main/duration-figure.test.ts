import assert from "node:assert/strict";
import { test } from "node:test";
import { openDurationFigure } from "./duration-figure.ts";

test("durations fall into the bucket that just holds them, and buckets add up", () => {
  const figure = openDurationFigure("carom_x_seconds", "What it is.");
  for (const durationMs of [0, 2, 2.1, 30_000, 31_000]) figure.observe(durationMs);
  const lines = figure.text().split("\n");
  assert.deepEqual(lines.slice(0, 2), ["# HELP carom_x_seconds What it is.", "# TYPE carom_x_seconds histogram"]);
  assert.ok(lines.includes('carom_x_seconds_bucket{le="0.002"} 2'));
  assert.ok(lines.includes('carom_x_seconds_bucket{le="0.005"} 3'));
  assert.ok(lines.includes('carom_x_seconds_bucket{le="30"} 4'));
  assert.ok(lines.includes('carom_x_seconds_bucket{le="+Inf"} 5'));
  assert.equal(lines.at(-2), "carom_x_seconds_sum 61.0041");
  assert.equal(lines.at(-1), "carom_x_seconds_count 5");
});
