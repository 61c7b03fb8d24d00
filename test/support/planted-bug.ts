/**
 * Loaded by Node before the program (`--import`): the transform `hex` has a bug, and throws for every value that begins
 * with `bug`. Nothing of the program is changed.
 */
const prototype = Uint8Array.prototype;
const { toHex } = prototype;
const bug = Buffer.from("bug");

prototype.toHex = function toHexWithBug(this: Uint8Array): string {
  if (bug.equals(this.subarray(0, bug.length))) throw new TypeError("planted: hex cannot read this");
  return toHex.call(this);
};
