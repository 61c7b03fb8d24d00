import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { type EventText, openEventTexts, splitEvents } from "./event-texts.ts";

async function* inChunks(text: string, size: number): AsyncIterable<string> {
  for (let start = 0; start < text.length; start += size) yield text.slice(start, start + size);
}
const split = async (text: string, size = 7): Promise<readonly EventText[]> =>
  Array.fromAsync(splitEvents(inChunks(text, size)));

test("an object, an array and NDJSON give the same events, each with its line", async () => {
  assert.deepEqual(await split('{"a":1}'), [{ text: '{"a":1}', line: 1 }]);
  assert.deepEqual(await split('[{"a":1},\n {"b":2}]'), [
    { text: '{"a":1}', line: 1 },
    { text: '{"b":2}', line: 2 },
  ]);
  assert.deepEqual(await split('{"a":1}\n\n{"b":2}\r\n'), [
    { text: '{"a":1}', line: 1 },
    { text: '{"b":2}', line: 3 },
  ]);
});

test("an object over several lines goes on one line, its numbers untouched", async () => {
  assert.deepEqual(await split('{\n  "event_value": { "af_revenue": 120.00 }\n}'), [
    { text: '{   "event_value": { "af_revenue": 120.00 } }', line: 1 },
  ]);
});

test("any JSON objects come back as they were, however the text is cut in chunks", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
      async (objects, size, isArray) => {
        const text = isArray ? JSON.stringify(objects) : objects.map((object) => JSON.stringify(object)).join("\n");
        const found = await split(text, size);
        assert.deepEqual(
          found.map((event) => event.text),
          objects.map((object) => JSON.stringify(object)),
        );
      },
    ),
    { numRuns: 200 },
  );
});

test("what is no event is refused with its line", async () => {
  await assert.rejects(split('{"a":1}\nhello'), { message: /^line 2: expected an event.*"h"$/ });
  await assert.rejects(split('{"a":1}\n{"b":'), { message: "line 2: the event that begins here has no end" });
  await assert.rejects(split('{"a":"x\n{"b":1}'), { message: "line 1: a text has no closing quote" });
});

test("gzip is recognised by itself, from a pipe too", async () => {
  const source = await openEventTexts("-", Readable.from([gzipSync('{"a":"ü"}\n{"b":2}')]));
  assert.deepEqual(await Array.fromAsync(source.texts), [
    { text: '{"a":"ü"}', line: 1 },
    { text: '{"b":2}', line: 2 },
  ]);
  assert.ok(source.bytesRead() > 0);
  assert.equal(source.bytesTotal, null);
});
