import assert from "node:assert/strict";
import { secretName } from "#src/core/ids.ts";
import type { SealedSecret } from "#src/ports/secret-store.ts";
import { noon } from "#test/support/an-event.ts";
import type { Guarantees } from "./guarantee.ts";

const token: SealedSecret = { name: secretName("partner.token"), box: "v1:c2VhbGVk", updatedAt: noon };

export const secretGuarantees: Guarantees = {
  "a sealed secret is there as it was put, until it is removed": async ({ secrets }) => {
    assert.deepEqual(await secrets.all(), []);
    await secrets.put(token);
    assert.deepEqual(await secrets.all(), [token]);
    assert.equal(await secrets.remove(token.name), true);
    assert.equal(await secrets.remove(token.name), false);
    assert.deepEqual(await secrets.all(), []);
  },

  "putting a secret again replaces it": async ({ secrets }) => {
    await secrets.put(token);
    await secrets.put({ ...token, box: "v1:bmV3", updatedAt: noon + 1 });
    assert.deepEqual(await secrets.all(), [{ ...token, box: "v1:bmV3", updatedAt: noon + 1 }]);
  },

  "a box is replaced only where it is the very one that was read": async ({ secrets }) => {
    await secrets.put(token);
    const to = "v1:cmVzZWFsZWQ";
    assert.equal(await secrets.reseal({ name: token.name, from: "v1:b3RoZXI", to }), false);
    assert.equal(await secrets.reseal({ name: secretName("unknown"), from: token.box, to }), false);
    assert.deepEqual(await secrets.all(), [token]);
    assert.equal(await secrets.reseal({ name: token.name, from: token.box, to }), true);
    assert.deepEqual(await secrets.all(), [{ ...token, box: to }]);
  },
};
