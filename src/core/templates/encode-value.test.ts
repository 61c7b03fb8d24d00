import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  type EncodeValue,
  encodeHeader,
  encodeJsonString,
  encodeJsonValue,
  encodePlain,
  encodeRawQuery,
  encodeStaticUrl,
  encodeUrl,
  encodeXml,
} from "./encode-value.ts";

/** Any string at all: whole characters, lone surrogates, control characters, what has a meaning somewhere. */
const anyValue = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 4 }),
      fc.constantFrom(
        "\ud800",
        "\udc00",
        "\u0000",
        "\u0001",
        "\u0002",
        "\r\n",
        '"',
        "\\",
        "&",
        "=",
        "<",
        "]]>",
        "%",
        "{",
      ),
    ),
  )
  .map((all) => all.join(""));

// biome-ignore lint/suspicious/noControlCharactersInRegex: the marks are control characters.
const marks = /[\u0001\u0002]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML has none of them bare.
const markup = /[<>"']|&(?!#\d+;)|[\u0000-\u001f]/;

/** The value as it can be told: without marks, lone surrogates replaced. */
const told = (value: string): string => value.replaceAll(marks, "").toWellFormed();

test("in a URL the unreserved characters stay and every other byte is encoded once", () => {
  assert.equal(encodeUrl("AZaz09-._~"), "AZaz09-._~");
  assert.equal(encodeUrl("a b+c&d=e/f?g#h"), "a%20b%2Bc%26d%3De%2Ff%3Fg%23h");
  assert.equal(encodeUrl("!'()*"), "%21%27%28%29%2A");
  assert.equal(encodeUrl("é😀"), "%C3%A9%F0%9F%98%80");
  assert.equal(encodeUrl("100%25"), "100%2525");
  fc.assert(
    fc.property(anyValue, (value) => {
      assert.match(encodeUrl(value), /^[A-Za-z0-9\-._~%]*$/);
      assert.equal(decodeURIComponent(encodeUrl(value)), told(value));
    }),
  );
});

test("a query that is encoded already keeps its signs and loses what would end it", () => {
  assert.equal(encodeRawQuery("a=1&b=%20#c\r\n"), "a=1&b=%20%23c%0D%0A");
  fc.assert(fc.property(anyValue, (value) => assert.doesNotMatch(encodeRawQuery(value), /[^\x21-\x7e]|#/)));
});

test("in a JSON string a value reads back as itself", () => {
  assert.equal(encodeJsonString("plain é"), "plain é");
  assert.equal(encodeJsonString('say "hi"\n'), 'say \\"hi\\"\\n');
  fc.assert(fc.property(anyValue, (value) => assert.equal(JSON.parse(`"${encodeJsonString(value)}"`), told(value))));
});

test("bare in JSON a value is what its macro says, and a string where it is not that", () => {
  const written = (form: Parameters<typeof encodeJsonValue>[0]) =>
    ["12.50", "true", '{"a":1}', "x"].map(encodeJsonValue(form));
  assert.deepEqual(written("text"), ['"12.50"', '"true"', '"{\\"a\\":1}"', '"x"']);
  assert.deepEqual(written("number"), ["12.50", '"true"', '"{\\"a\\":1}"', '"x"']);
  assert.deepEqual(written("flag"), ['"12.50"', "true", '"{\\"a\\":1}"', '"x"']);
  assert.deepEqual(written("json"), ["12.50", "true", '{"a":1}', '"x"']);
  assert.deepEqual(written("any"), ["12.50", "true", '{"a":1}', '"x"']);
  assert.equal(encodeJsonValue("flag")("TRUE"), "true");
  assert.equal(encodeJsonValue("number")("012"), '"012"');
  const forms = ["text", "number", "flag", "json", "any"] as const;
  fc.assert(
    fc.property(fc.constantFrom(...forms), fc.oneof(anyValue, fc.json()), (form, value) => {
      assert.doesNotThrow(() => JSON.parse(`[${encodeJsonValue(form)(value)}]`));
    }),
  );
});

test("in XML a value holds no sign of markup, and only what XML can hold", () => {
  assert.equal(encodeXml("plain"), "plain");
  assert.equal(encodeXml("<a b=\"c\" d='e'>&\r\n\t"), "&#60;a b=&#34;c&#34; d=&#39;e&#39;&#62;&#38;&#13;&#10;&#9;");
  assert.equal(encodeXml("a\u0000b\uffffc😀"), "abc😀");
  fc.assert(fc.property(anyValue, (value) => assert.doesNotMatch(encodeXml(value), markup)));
});

test("in a header a value has no line break or control character, and what is not ASCII goes as UTF-8 bytes", () => {
  assert.equal(encodeHeader("Bearer x; y=1"), "Bearer x; y=1");
  assert.equal(encodeHeader("a\r\nSet-Cookie: b\u0085\u007f"), "aSet-Cookie: b");
  assert.equal(encodeHeader("Zürich 😀"), "Z%C3%BCrich %F0%9F%98%80");
  fc.assert(fc.property(anyValue, (value) => assert.match(encodeHeader(value), /^[\x20-\x7e]*$/)));
});

test("plain text stays as it is but for marks and lone surrogates", () => {
  assert.equal(encodePlain("a\r\nb"), "a\r\nb");
  assert.equal(encodePlain("\u0001url:key\u0002\ud800"), "url:key\ufffd");
});

test("no value can pose as a secret, wherever it stands", () => {
  const places: readonly EncodeValue[] = [
    ...[encodeUrl, encodeRawQuery, encodeJsonString, encodeXml, encodeHeader, encodePlain],
    ...(["text", "number", "flag", "json", "any"] as const).map(encodeJsonValue),
  ];
  for (const encode of places) {
    fc.assert(
      fc.property(anyValue, (value) => assert.equal(encode(value).search(marks), -1)),
      { numRuns: 30 },
    );
  }
});

test("static text of a URL stays byte for byte; what a URL cannot hold goes out as its UTF-8 bytes", () => {
  assert.equal(encodeStaticUrl("/a?b=c%20d&_c_={x}~|"), "/a?b=c%20d&_c_={x}~|");
  assert.equal(encodeStaticUrl("¤cy= x\ud800"), "%C2%A4cy=%20x%EF%BF%BD");
});
