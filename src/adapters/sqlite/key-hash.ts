/**
 * 53 bits of a text, as a number that SQLite stores in eight bytes. Two texts may share one: whoever
 * finds something by it looks at the text itself before believing it.
 */
export const hashText = (text: string): number => {
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca6b) ^ (high >>> 13);
  }
  low = mix(low ^ high);
  high = mix(high ^ Math.imul(low, 0x27d4eb2f));
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
};

const mix = (value: number): number => {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
};
