/**
 * Entries of one bucket in one blob: all fragments of hashes (four bytes each), then all offsets (two
 * bytes each), little-endian whatever the machine.
 */
const entryBytes = 6;

type NumberAt = (place: number) => number;

export const packEntries = (count: number, fragmentAt: NumberAt, offsetAt: NumberAt): Uint8Array => {
  const bytes = new Uint8Array(count * entryBytes);
  const view = new DataView(bytes.buffer);
  for (let place = 0; place < count; place += 1) {
    view.setUint32(place * 4, fragmentAt(place), true);
    view.setUint16(count * 4 + place * 2, offsetAt(place), true);
  }
  return bytes;
};

export const readPacked = (bytes: Uint8Array, read: (fragment: number, offset: number) => void): void => {
  const count = bytes.length / entryBytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let place = 0; place < count; place += 1) {
    read(view.getUint32(place * 4, true), view.getUint16(count * 4 + place * 2, true));
  }
};

/** Offsets of one fragment, in their order. */
export const findPacked = (bytes: Uint8Array, fragment: number): number[] => {
  const count = bytes.length / entryBytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: number[] = [];
  for (let place = 0; place < count; place += 1) {
    if (view.getUint32(place * 4, true) === fragment) found.push(view.getUint16(count * 4 + place * 2, true));
  }
  return found;
};
