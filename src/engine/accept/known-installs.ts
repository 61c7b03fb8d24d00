import type { AppId } from "#src/core/ids.ts";
import type { InstallRecord } from "#src/core/installs/install-record.ts";

/** Install records that a batch writes itself, by key: later events of the batch are completed from them too. */
export class OwnInstalls {
  readonly #byKey = new Map<string, InstallRecord>();
  /** Newest last. */
  readonly records: InstallRecord[] = [];

  add(record: InstallRecord): void {
    this.records.push(record);
    for (const key of record.keys) this.#byKey.set(keyOf(record.appId, key), record);
  }

  /**
   * The record of the strongest key that is known, whether the store or the batch itself knows it;
   * of two under the same key the batch's own is the newer.
   */
  newest(appId: AppId, keys: readonly string[], stored: InstallRecord | null): InstallRecord | null {
    if (this.records.length === 0) return stored;
    for (const key of keys) {
      const own = this.#byKey.get(keyOf(appId, key));
      if (own !== undefined) return own;
      if (stored?.keys.includes(key)) return stored;
    }
    return stored;
  }
}

const keyOf = (appId: AppId, key: string): string => `${appId}\n${key}`;
