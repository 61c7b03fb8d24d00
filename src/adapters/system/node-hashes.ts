import { createHmac, hash } from "node:crypto";
import type { Hashes } from "#src/core/templates/hashes.ts";

/** Texts are hashed as UTF-8. */
export const nodeHashes: Hashes = {
  md5: (text) => hash("md5", text),
  sha1: (text) => hash("sha1", text),
  sha256: (text) => hash("sha256", text),
  hmacSha256: (key, text) => createHmac("sha256", key).update(text).digest("hex"),
};
