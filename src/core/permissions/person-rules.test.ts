import assert from "node:assert/strict";
import { test } from "node:test";
import { mainAccountId } from "#src/core/catalog/main-account.ts";
import { accountId, userId } from "#src/core/ids.ts";
import { roles } from "#src/core/permissions/role.ts";
import { isLastOwner, mayGiveRole, mayGovern, type PlaceInAccount } from "./person-rules.ts";

const place = (user: string, parts: Partial<PlaceInAccount> = {}): PlaceInAccount => ({
  userId: userId(user),
  accountId: accountId("acme"),
  role: "owner",
  acceptedAt: 1,
  ...parts,
});
const admin = { accountId: accountId("acme"), role: "admin", isOperator: false } as const;
const operator = { accountId: mainAccountId, role: "admin", isOperator: true } as const;

test("a role is given by whoever has it or a higher one", () => {
  assert.deepEqual(
    roles.filter((role) => mayGiveRole(admin, role)),
    ["viewer", "editor", "admin"],
  );
  assert.equal(mayGiveRole({ ...admin, role: null }, "viewer"), false);
});

test("a person is governed by who may act on each of their places", () => {
  const editor = place("ada", { role: "editor" });
  const elsewhere = place("ada", { accountId: accountId("other"), role: "viewer" });
  assert.equal(mayGovern(admin, [editor]), true);
  assert.equal(mayGovern(admin, [place("ada")]), false, "an owner is above an admin");
  assert.equal(mayGovern(admin, [editor, elsewhere]), false);
  assert.equal(mayGovern(admin, [editor, { ...elsewhere, acceptedAt: null }]), true, "only invited there");
  assert.equal(mayGovern(operator, [editor, elsewhere]), true);
  assert.equal(mayGovern(operator, [place("ada", { accountId: mainAccountId })]), false);
});

test("the last owner is the only one who is there and may come in", () => {
  const nobody = () => false;
  const ada = place("ada");
  assert.equal(isLastOwner(ada, [ada], nobody), true);
  assert.equal(isLastOwner(ada, [ada, place("bob")], nobody), false);
  assert.equal(
    isLastOwner(ada, [ada, place("bob")], (id) => id === "bob"),
    true,
  );
  assert.equal(isLastOwner(ada, [ada, place("bob", { acceptedAt: null })], nobody), true);
  assert.equal(isLastOwner(ada, [ada, place("bob", { role: "admin" })], nobody), true);
  assert.equal(isLastOwner(ada, [ada, place("bob", { accountId: accountId("other") })], nobody), true);
  assert.equal(isLastOwner(place("bob", { role: "admin" }), [ada, place("bob", { role: "admin" })], nobody), false);
});
