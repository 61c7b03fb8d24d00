import { createHash, createHmac } from "node:crypto";
import type { Hashes } from "#src/core/templates/hashes.ts";

const hexOf =
  (algorithm: string) =>
  (text: string): string =>
    createHash(algorithm).update(text).digest("hex");

/** Real hashes for tests of pure code. */
export const testHashes: Hashes = {
  md5: hexOf("md5"),
  sha1: hexOf("sha1"),
  sha256: hexOf("sha256"),
  hmacSha256: (key, text) => createHmac("sha256", key).update(text).digest("hex"),
};
