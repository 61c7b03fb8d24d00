import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { openTokenBucket, takeToken, tokenAfterMs, tokensAt } from "./token-bucket.ts";

test("over any stretch of time no more goes out than the rate and one burst", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000 }), fc.array(fc.nat(400), { maxLength: 60 }), (perSecond, steps) => {
      const bucket = openTokenBucket(perSecond, 0);
      let at = 0;
      let taken = 0;
      for (const step of steps) {
        at += step;
        for (let tokens = tokensAt(bucket, at); tokens > 0; tokens -= 1) {
          takeToken(bucket);
          taken += 1;
        }
        assert.ok(taken <= (at * perSecond) / 1_000 + bucket.burst + 1e-6);
      }
    }),
  );
});

test("who comes back when told finds a token", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000 }), (perSecond) => {
      const bucket = openTokenBucket(perSecond, 0);
      let at = 0;
      for (let order = 0; order < 300; order += 1) {
        if (tokensAt(bucket, at) === 0) at += tokenAfterMs(bucket);
        assert.ok(tokensAt(bucket, at) >= 1);
        takeToken(bucket);
      }
      assert.ok(at >= ((300 - bucket.burst - 1) * 1_000) / perSecond);
    }),
  );
});
