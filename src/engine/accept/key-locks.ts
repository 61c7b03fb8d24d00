/**
 * Readers-writer locks on keys, taken by whole batches in the order in which batches are formed.
 * A key that a batch writes (a client event id, the keys of an install) is held alone; one that it
 * only reads (the install keys of other events) is shared. A batch that asks for a key held by an
 * earlier batch waits until that one has resolved, whichever way: so nothing is ever decided on
 * what has not committed, and a batch that fails has no dependants
 * (docs/decisions/0001-key-locks-instead-of-an-overlay.md).
 *
 * Nothing can wait in a circle: a batch waits only for batches formed before it.
 */
export class KeyLocks {
  readonly #held = new Map<string, { writer: KeyHolder | null; readonly readers: KeyHolder[] }>();

  /** Adds the key to what the holder writes; false when this holder writes it already. */
  write(holder: KeyHolder, key: string): boolean {
    const lock = this.#held.get(key);
    if (lock === undefined) {
      this.#held.set(key, { writer: holder, readers: [] });
      holder.keys.push(key);
      return true;
    }
    if (lock.writer === holder) return false;
    if (lock.writer !== null) waitFor(holder, lock.writer);
    for (const reader of lock.readers) waitFor(holder, reader);
    // Whoever comes later waits for this writer, and so for all that it waits for.
    lock.writer = holder;
    lock.readers.length = 0;
    holder.keys.push(key);
    return true;
  }

  read(holder: KeyHolder, key: string): void {
    const lock = this.#held.get(key);
    if (lock === undefined) {
      this.#held.set(key, { writer: null, readers: [holder] });
      holder.keys.push(key);
      return;
    }
    if (lock.writer === holder || lock.readers.at(-1) === holder) return;
    if (lock.writer !== null) waitFor(holder, lock.writer);
    lock.readers.push(holder);
    holder.keys.push(key);
  }

  /** Lets all keys of the holder go, and starts those that waited for nobody else. */
  release(holder: KeyHolder): void {
    for (const key of holder.keys) {
      const lock = this.#held.get(key);
      if (lock === undefined) continue;
      if (lock.writer === holder) lock.writer = null;
      const place = lock.readers.indexOf(holder);
      if (place >= 0) lock.readers.splice(place, 1);
      if (lock.writer === null && lock.readers.length === 0) this.#held.delete(key);
    }
    for (const waiting of holder.dependants) {
      waiting.waitsFor -= 1;
      if (waiting.waitsFor === 0) waiting.whenFree();
    }
  }

  /** Keys held now. */
  get size(): number {
    return this.#held.size;
  }
}

/** A batch, as the locks see it. `whenFree` is called once, if it had to wait, when it no longer does. */
export type KeyHolder = {
  readonly keys: string[];
  waitsFor: number;
  readonly dependants: KeyHolder[];
  readonly whenFree: () => void;
};

function waitFor(holder: KeyHolder, earlier: KeyHolder): void {
  // All keys of a holder are asked for before anybody else's, so that it can only be the last there.
  if (earlier === holder || earlier.dependants.at(-1) === holder) return;
  earlier.dependants.push(holder);
  holder.waitsFor += 1;
}
