import assert from "node:assert/strict";
import { test } from "node:test";
import { hashText } from "./key-hash.ts";
import { KnownFilter } from "./known-filter.ts";
import { knownHash } from "./known-segments.ts";

const hashOf = (text: string): number => knownHash(hashText(text));

test("what was added is never called new, also after it was stored, and few new ones are called known", () => {
  const filter = new KnownFilter();
  const added = 400_000;
  for (let id = 0; id < added; id += 1) filter.add(hashOf(`known ${id}`));
  const stored = new KnownFilter(filter.bytes.slice());
  let mistaken = 0;
  for (let id = 0; id < 20_000; id += 1) {
    assert.ok(stored.mayHave(hashOf(`known ${id * 20}`)));
    if (stored.mayHave(hashOf(`new ${id}`))) mistaken += 1;
  }
  assert.ok(mistaken < 200, `${mistaken} of 20,000`);
});
