import { valueAtPointer } from "#src/core/json/json-pointer.ts";
import type { TestedBody, UnmetTest } from "./attempt.ts";
import type { SuccessTest } from "./receiver.ts";

type BodyTest = Exclude<SuccessTest["body"], { readonly kind: "any" }>;
type Unmet = Pick<UnmetTest, "expected" | "actual">;

/**
 * What a body says that it must not, or does not say that it must; null where it means yes. Of a body that was cut the
 * rest is not known: a postback that may have been refused is not delivered. So no test for what a body does not say
 * passes then, and none of the whole of it.
 */
export function unmetByBody(body: TestedBody, test: BodyTest): Unmet | null {
  const actual = actualOf(body, test);
  return actual === null ? null : { expected: expectedOf(test), actual };
}

const expectedOf = (test: BodyTest): string => `${mustOf(test)}${test.ignoresCase ? " (ignore_case)" : ""}`;

const mustOf = (test: BodyTest): string => {
  switch (test.kind) {
    case "contains":
      return `must contain ${quoted(test.text)}`;
    case "not_contains":
      return `must not contain ${quoted(test.text)}`;
    case "equals":
      return `must be ${quoted(test.text)}`;
    case "not_equals":
      return `must not be ${quoted(test.text)}`;
    case "json":
      return `must be ${quoted(test.value)}`;
    case "not_json":
      return `must not be ${quoted(test.value)}`;
  }
};

/** Null where the test passes. */
function actualOf({ text, isCut }: TestedBody, test: BodyTest): string | null {
  const inCase = (said: string): string => (test.ignoresCase ? said.toLowerCase() : said);
  switch (test.kind) {
    case "contains":
      return inCase(text).includes(inCase(test.text)) ? null : (cutOrNull(isCut) ?? bodyWas(text));
    case "not_contains":
      return inCase(text).includes(inCase(test.text)) ? `the body contained ${quoted(test.text)}` : cutOrNull(isCut);
    case "equals":
      return cutOrNull(isCut) ?? (inCase(text.trim()) === inCase(test.text.trim()) ? null : bodyWas(text));
    case "not_equals":
      return cutOrNull(isCut) ?? (inCase(text.trim()) === inCase(test.text.trim()) ? bodyWas(text) : null);
    case "json": {
      const found = foundAt(text, test.pointer);
      if (found === null) return cutOrNull(isCut) ?? `nothing stood at ${nameOf(test.pointer)}, ${bodyWas(text)}`;
      return inCase(found) === inCase(test.value) ? null : `${nameOf(test.pointer)} was ${quoted(found)}`;
    }
    case "not_json": {
      const found = isCut ? null : foundAt(text, test.pointer);
      if (found === null) return cutOrNull(isCut);
      return inCase(found) === inCase(test.value) ? `${nameOf(test.pointer)} was ${quoted(found)}` : null;
    }
  }
}

const cutOrNull = (isCut: boolean): string | null =>
  isCut ? "the body was longer than what is tested, and its rest is not known" : null;

const bodyWas = (text: string): string => (text.trim() === "" ? "the body was empty" : `the body was ${quoted(text)}`);

/** Trimmed of a byte order mark too, which no JSON may begin with and some receivers send. */
const foundAt = (text: string, pointer: string): string | null => valueAtPointer(text.trim(), pointer);

/** The pointer to the whole document is the empty text. */
const nameOf = (pointer: string): string => (pointer === "" ? "the whole body" : pointer);

/** Beyond these nobody reads on, and each is kept with its attempt. */
const quotedCharactersMax = 200;

const quoted = (text: string): string =>
  text.length <= quotedCharactersMax
    ? JSON.stringify(text)
    : `${JSON.stringify(text.slice(0, quotedCharactersMax).toWellFormed())}…`;
