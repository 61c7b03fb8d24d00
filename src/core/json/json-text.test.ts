import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isDeeperThan, jsonMembers, knownMemberText, memberText, splitJsonArray, textOfJson } from "./json-text.ts";

/** Writes a value as JSON with escapes and blanks where the seed says so: the same value in another text. */
function writeLoosely(value: unknown, choose: () => number): string {
  const blank = (): string => ["", " ", "\n\t", "  "][choose() % 4] ?? "";
  const text = (content: string): string =>
    `"${[...content].map((character) => writeCharacter(character, choose)).join("")}"`;
  if (typeof value === "string") return text(value);
  if (Array.isArray(value)) return `[${value.map((item) => blank() + writeLoosely(item, choose)).join(`${blank()},`)}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(
      ([name, member]) => `${blank()}${text(name)}${blank()}:${blank()}${writeLoosely(member, choose)}${blank()}`,
    );
    return `{${members.join(",")}}`;
  }
  return JSON.stringify(value);
}

const writeCharacter = (character: string, choose: () => number): string =>
  choose() % 5 === 0
    ? Array.from(
        { length: character.length },
        (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`,
      ).join("")
    : JSON.stringify(character).slice(1, -1);

const names = fc.constantFrom("a", "b", "af_revenue", 'q"uote', "back\\slash", "é", "", "__proto__", "constructor");
const anyValue = fc.jsonValue({ maxDepth: 3 });
const anyObject = fc
  .array(fc.tuple(names, anyValue), { maxLength: 6 })
  .map((members): readonly (readonly [string, unknown])[] => members);

/** An object's text, doubled members and all. */
const anyObjectText = fc
  .tuple(anyObject, fc.array(fc.nat({ max: 19 }), { minLength: 1, maxLength: 30 }))
  .map(([members, seed]) => {
    let at = 0;
    const choose = (): number => seed[at++ % seed.length] ?? 0;
    const texts = members.map(([name, value]) => {
      const nameText = writeLoosely(name, choose);
      return ` ${nameText} : ${writeLoosely(value, choose)}`;
    });
    return `{${texts.join(" ,")} }`;
  });

test("a member's text is the value that JSON.parse finds, escapes and doubled members included", () => {
  fc.assert(
    fc.property(anyObjectText, names, (text, name) => {
      const parsed: unknown = JSON.parse(text);
      const found = memberText(text, name);
      const own = Object.getOwnPropertyDescriptor(parsed, name);
      if (own === undefined) assert.equal(found, null);
      else {
        assert.notEqual(found, null);
        assert.deepEqual(JSON.parse(found ?? ""), own.value);
        assert.equal(found, found?.trim());
      }
    }),
  );
});

test("the text of a member that is known to be there is the same, wherever else its name stands", () => {
  fc.assert(
    fc.property(anyObjectText, names, (text, name) => {
      const parsed: unknown = JSON.parse(text);
      if (Object.hasOwn(Object(parsed), name)) assert.equal(knownMemberText(text, name), memberText(text, name));
    }),
  );
  for (const text of [
    '{"n":{"v":1},"v": 2 }',
    '{"n":"v","v":2}',
    '{"\\u0076":2,"n":{"v":1}}',
    '{"v":1,"v":2}',
    '{"v":2}',
  ])
    assert.equal(knownMemberText(text, "v"), "2");
});

test("a member's text stays as it was written", () => {
  const text = '{"a":120.00,"big":12345678901234567890,"deep":{"x":[1, "]}\\"", {}]},"e":1e2}';
  assert.equal(memberText(text, "a"), "120.00");
  assert.equal(memberText(text, "big"), "12345678901234567890");
  assert.equal(memberText(text, "deep"), '{"x":[1, "]}\\"", {}]}');
  assert.equal(memberText(text, "e"), "1e2");
  assert.equal(memberText(text, "x"), null);
});

test("only objects have members, and broken text ends the search", () => {
  for (const text of ["[1]", "5", '"a"', "", '{"a":"', '{"a', '{"a":{', "{"]) assert.equal(memberText(text, "b"), null);
});

test("a JSON value as plain text is a string's content, else itself; null is none", () => {
  assert.equal(textOfJson('"a\\u0062\\n"'), "ab\n");
  assert.equal(textOfJson("120.00"), "120.00");
  assert.equal(textOfJson("null"), null);
});

const split = (text: string, elementsMax?: number) =>
  splitJsonArray(text, elementsMax === undefined ? {} : { elementsMax });

test("an array is split into texts that parse to its elements", () => {
  fc.assert(
    fc.property(fc.array(anyObjectText, { maxLength: 5 }), (texts) => {
      const answer = splitJsonArray(` [${texts.join(" , ")}]\n`);
      assert.equal(answer.kind, "split");
      assert.deepEqual(answer.kind === "split" ? answer.elements : null, texts);
    }),
  );
});

test("a bad element is an element, so that it does not take the others with it", () => {
  assert.deepEqual(split('[{"a":1}, {"a" 2}, , "]", {"b":3}]'), {
    kind: "split",
    elements: ['{"a":1}', '{"a" 2}', "", '"]"', '{"b":3}'],
  });
  assert.deepEqual(split("[]"), { kind: "split", elements: [] });
});

test("what is no array, not closed or too long is refused with a code", () => {
  const code = (text: string, elementsMax?: number): string | null => {
    const answer = split(text, elementsMax);
    return answer.kind === "refused" ? answer.problem.code : null;
  };
  assert.equal(code("{}"), "json.not_an_array");
  assert.equal(code("[1,2"), "json.array_unclosed");
  assert.equal(code('["'), "json.array_unclosed");
  assert.equal(code("[1}"), "json.array_unclosed");
  assert.equal(code("[1] 2"), "json.array_unclosed");
  assert.equal(code("[1,2,3]", 2), "json.too_many_elements");
  assert.equal(code("[1,2,3,4]", 2), "json.too_many_elements");
  assert.equal(code("[1,2]", 2), null);
});

test("however deep an element nests, it is one element among others", () => {
  const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
  const answer = splitJsonArray(`[1,${deep},2]`);
  assert.deepEqual(answer.kind === "split" ? answer.elements : null, ["1", deep, "2"]);
});

test("depth counts nested objects and arrays", () => {
  assert.equal(isDeeperThan("x", 0), false);
  assert.equal(isDeeperThan(null, 0), false);
  assert.equal(isDeeperThan({}, 0), true);
  assert.equal(isDeeperThan({ a: [1] }, 2), false);
  assert.equal(isDeeperThan({ a: [[1]] }, 2), true);
});

test("the members of any object are told as they stand, and make the same object again", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.infiniteStream(fc.nat()), (object, seeds) => {
      const text = writeLoosely(object, () => seeds.next().value ?? 0);
      const members = jsonMembers(text);
      for (const [name, valueText] of members) assert.equal(valueText, memberText(text, name));
      const again = `{${members.map(([name, valueText]) => `${JSON.stringify(name)}:${valueText}`).join(",")}}`;
      assert.deepEqual(JSON.parse(again), JSON.parse(text));
    }),
  );
  assert.deepEqual(jsonMembers('{"a":1,"a":2.50}'), [
    ["a", "1"],
    ["a", "2.50"],
  ]);
});
