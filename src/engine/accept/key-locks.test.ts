import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type KeyHolder, KeyLocks } from "./key-locks.ts";

type Holder = KeyHolder & { isFree: boolean };

function aHolder(): Holder {
  const holder: Holder = {
    keys: [],
    waitsFor: 0,
    dependants: [],
    isFree: false,
    whenFree: () => {
      holder.isFree = true;
    },
  };
  return holder;
}

test("a key that is written is held alone: whoever comes later waits until its holder has resolved", () => {
  const locks = new KeyLocks();
  const [writer, reader, other] = [aHolder(), aHolder(), aHolder()];
  locks.write(writer, "key");
  locks.read(reader, "key");
  locks.write(other, "key");
  assert.deepEqual([writer.waitsFor, reader.waitsFor, other.waitsFor], [0, 1, 2]);
  locks.release(writer);
  assert.deepEqual([reader.isFree, other.isFree], [true, false]);
  locks.release(reader);
  assert.equal(other.isFree, true);
});

test("those that only read a key do not wait for each other", () => {
  const locks = new KeyLocks();
  const [one, another] = [aHolder(), aHolder()];
  locks.read(one, "key");
  locks.read(another, "key");
  assert.deepEqual([one.waitsFor, another.waitsFor], [0, 0]);
});

test("a holder never waits for itself, whatever it does with a key", () => {
  const locks = new KeyLocks();
  const holder = aHolder();
  locks.read(holder, "key");
  assert.equal(locks.write(holder, "key"), true);
  assert.equal(locks.write(holder, "key"), false);
  locks.read(holder, "key");
  assert.equal(holder.waitsFor, 0);
  locks.release(holder);
  assert.equal(locks.size, 0);
});

test("in every order of holders and releases, writers are alone, all come to their turn, and nothing is left held", () => {
  const asks = fc.array(fc.record({ key: fc.constantFrom("a", "b", "c"), writes: fc.boolean() }), { maxLength: 4 });
  fc.assert(
    fc.property(fc.array(asks, { maxLength: 12 }), fc.infiniteStream(fc.nat(1_000)), (batches, chance) => {
      const locks = new KeyLocks();
      const live: { readonly holder: Holder; readonly asks: (typeof batches)[number] }[] = [];
      const isRunning = ({ holder }: (typeof live)[number]): boolean => holder.waitsFor === 0;
      for (const batch of batches) {
        const holder = aHolder();
        for (const { key, writes } of batch) {
          if (writes) locks.write(holder, key);
          else locks.read(holder, key);
        }
        live.push({ holder, asks: batch });
      }
      while (live.length > 0) {
        const running = live.filter(isRunning);
        assert.ok(running.length > 0, "somebody may always go on");
        for (const one of running) {
          for (const another of running) {
            if (one === another) continue;
            const clash = one.asks.find((ask) => ask.writes && another.asks.some((asked) => asked.key === ask.key));
            assert.equal(clash, undefined);
          }
        }
        const leaving = running[(chance.next().value ?? 0) % running.length];
        assert.ok(leaving !== undefined);
        live.splice(live.indexOf(leaving), 1);
        locks.release(leaving.holder);
      }
      assert.equal(locks.size, 0);
    }),
  );
});
