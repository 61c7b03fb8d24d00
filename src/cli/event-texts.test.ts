import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import type { EventText } from "./event-text.ts";
import { openEventTexts, splitEvents } from "./event-texts.ts";
import { linesOf } from "./read-lines.ts";

async function* inChunks(bytes: Buffer, size: number): AsyncIterable<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}
const split = async (text: string | Buffer, size = 7): Promise<readonly EventText[]> =>
  Array.fromAsync(splitEvents(linesOf(inChunks(Buffer.from(text), size))));
/** Events by their text, broken ones by their message, each with its line. */
const read = async (text: string | Buffer): Promise<readonly string[]> =>
  (await split(text)).map((item) => `${item.line} ${item.kind === "event" ? item.text : `broken: ${item.message}`}`);

test("an object, an array and NDJSON give the same events, each with its line", async () => {
  assert.deepEqual(await read('{"a":1}'), ['1 {"a":1}']);
  assert.deepEqual(await read('[{"a":1},\n {"b":2}]\n'), ['1 {"a":1}', '2 {"b":2}']);
  assert.deepEqual(await read('\n[\n{"a":1}\n,\n{"b":2}\n]'), ['3 {"a":1}', '5 {"b":2}']);
  assert.deepEqual(await read('{"a":1}\n\n{"b":2}\r\n'), ['1 {"a":1}', '3 {"b":2}']);
  assert.deepEqual(await read(""), []);
  assert.deepEqual(await read("[ ]"), []);
});

test("an object over several lines goes on one line, its numbers untouched", async () => {
  assert.deepEqual(await read('{\n  "event_value": { "af_revenue": 120.00 }\n}\n{"b":1}'), [
    '1 {   "event_value": { "af_revenue": 120.00 } }',
    '4 {"b":1}',
  ]);
});

test("any JSON objects come back as they were, however the bytes are cut in chunks", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
      async (objects, size, isArray) => {
        const text = isArray ? JSON.stringify(objects) : objects.map((object) => JSON.stringify(object)).join("\n");
        assert.deepEqual(
          (await split(text, size)).map((item) => (item.kind === "event" ? item.text : item)),
          objects.map((object) => JSON.stringify(object)),
        );
      },
    ),
    { numRuns: 200 },
  );
});

test("a line that is no event is told with its line, and takes no other with it", async () => {
  assert.deepEqual(await read('{"a":1}\nhello\n{"b":2}'), [
    '1 {"a":1}',
    "2 broken: this is not JSON: see its column 1",
    '3 {"b":2}',
  ]);
  const noEnd = "broken: the event that begins here has no end";
  assert.deepEqual(await read('{"a":\n{"b":2}\n{"c":3}'), [`1 ${noEnd}`, '2 {"b":2}', '3 {"c":3}']);
  assert.deepEqual(await read('{"a":1}\n{"b":'), ['1 {"a":1}', `2 ${noEnd}`]);
  assert.deepEqual(await read('{"a":"x\n{"b":1}'), [`1 ${noEnd}`, '2 {"b":1}']);
  assert.deepEqual(await read('{"a":1},\n{"b":1}'), ["1 broken: this is not JSON: see its column 8", '2 {"b":1}']);
  const bytes = Buffer.concat([Buffer.from('{"a":1}\n{"b":"'), Buffer.from([0xff]), Buffer.from('"}\n{"c":3}')]);
  assert.deepEqual(await read(bytes), ['1 {"a":1}', "2 broken: it holds bytes that are not UTF-8", '3 {"c":3}']);
});

test("an element that is no event is told with its line, and takes no other with it", async () => {
  assert.deepEqual(await read('[{"a":1},\n{"b" 2},\n{"c":3}]'), [
    '1 {"a":1}',
    "2 broken: this is not JSON: see its column 6",
    '3 {"c":3}',
  ]);
  assert.deepEqual(await read('[{"a":"x\n},{"b":1}]'), ["1 broken: this is not JSON: see its column 8", '2 {"b":1}']);
  assert.deepEqual(await read('[{"a":1},\n{"b":'), ['1 {"a":1}', "2 broken: the event that begins here has no end"]);
  const bytes = Buffer.concat([Buffer.from('[{"a":1},\n{"b":"'), Buffer.from([0xff]), Buffer.from('"},\n{"c":3}]')]);
  assert.deepEqual(await read(bytes), ['1 {"a":1}', "2 broken: it holds bytes that are not UTF-8", '3 {"c":3}']);
  await assert.rejects(split('[{"a":1}]\nhello'), { message: 'line 2: the array has ended, and "h" follows' });
});

test("gzip is recognised by itself, from a pipe too, and said so where it is cut off", async () => {
  const packed = gzipSync('{"a":"ü"}\n{"b":2}');
  const source = await openEventTexts("-", Readable.from([packed]));
  assert.deepEqual(await Array.fromAsync(source.texts), [
    { kind: "event", text: '{"a":"ü"}', line: 1 },
    { kind: "event", text: '{"b":2}', line: 2 },
  ]);
  assert.ok(source.bytesRead() > 0);
  assert.equal(source.bytesTotal, null);
  const cut = await openEventTexts("-", Readable.from([packed.subarray(0, 15)]));
  await assert.rejects(Array.fromAsync(cut.texts), /is not a whole gzip file/);
});
