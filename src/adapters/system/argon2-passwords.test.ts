import assert from "node:assert/strict";
import { test } from "node:test";
import { argon2Passwords, owaspCost } from "./argon2-passwords.ts";

const cheap = { memoryKibibytes: 16, passes: 1, lanes: 1 };

test("a password is known again, and no other one is", async () => {
  const passwords = argon2Passwords(cheap);
  const stored = await passwords.hash("correct horse battery");
  assert.match(String(stored), /^\$argon2id\$v=19\$m=16,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.equal(await passwords.check("correct horse battery", stored), "right");
  assert.equal(await passwords.check("correct horse batterz", stored), "wrong");
  assert.notEqual(await passwords.hash("correct horse battery"), stored, "each has a salt of its own");
});

test("what is stored by default costs as OWASP asks", async () => {
  const stored = await argon2Passwords().hash("correct horse battery");
  assert.ok(stored?.startsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
  assert.equal(await argon2Passwords(owaspCost).check("correct horse battery", stored), "right");
});

test("a hash of other parameters is right and outdated", async () => {
  const stored = await argon2Passwords(cheap).hash("correct horse battery");
  const dearer = argon2Passwords({ ...cheap, passes: 2 });
  assert.equal(await dearer.check("correct horse battery", stored), "outdated");
  assert.equal(await dearer.check("something else", stored), "wrong");
});

test("nothing is right where nothing is stored, or what is stored is no hash", async () => {
  const passwords = argon2Passwords(cheap);
  for (const stored of [null, "", "correct horse battery", "$argon2id$v=19$m=16,t=1,p=1$$"])
    assert.equal(await passwords.check("correct horse battery", stored), "wrong");
});

test("letters that are written in two ways are one password", async () => {
  const passwords = argon2Passwords(cheap);
  const stored = await passwords.hash("cafe\u0301 cafe\u0301 cafe\u0301");
  assert.equal(await passwords.check("caf\u00e9 caf\u00e9 caf\u00e9", stored), "right");
});

test("a flood is turned away, and what waits is done", async () => {
  const passwords = argon2Passwords(cheap);
  const answers = await Promise.all(Array.from({ length: 200 }, () => passwords.check("x", null)));
  assert.equal(answers.filter((answer) => answer === "wrong").length, 66);
  assert.equal(answers.filter((answer) => answer === "busy").length, 134);
  assert.equal(await passwords.check("x", null), "wrong", "afterwards there is room again");
});
