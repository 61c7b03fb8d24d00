import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { SecretName } from "#src/core/ids.ts";
import type { SecretFault } from "#src/ports/secret-store.ts";
import type { EncryptionKey } from "./encryption-key.ts";

/**
 * A sealed box is text: `v1.<key id>.<base64url of nonce, ciphertext, tag>`, AES-256-GCM. The name of
 * the secret is sealed in with it, so that whoever can write to the database cannot put the box of
 * one secret in the place of another.
 */
export const sealSecret = (
  key: EncryptionKey,
  secret: { readonly name: SecretName; readonly value: string },
): string => {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key.key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(secret.name, "utf8"));
  const sealed = Buffer.concat([nonce, cipher.update(secret.value, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `${version}.${key.id}.${sealed.toString("base64url")}`;
};

export type OpenedSecret =
  | { readonly kind: "opened"; readonly value: string }
  | { readonly kind: "refused"; readonly reason: SecretFault };

export const openSecret = (
  key: EncryptionKey,
  sealed: { readonly name: SecretName; readonly box: string },
): OpenedSecret => {
  const [boxVersion, keyId, text = "", ...rest] = sealed.box.split(".");
  const bytes = Buffer.from(text, "base64url");
  if (boxVersion !== version || rest.length > 0 || bytes.length < nonceBytes + tagBytes) return damaged;
  if (keyId !== key.id) return { kind: "refused", reason: "other_key" };
  const decipher = createDecipheriv("aes-256-gcm", key.key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(sealed.name, "utf8"));
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  try {
    const opened = Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]);
    return { kind: "opened", value: opened.toString("utf8") };
  } catch {
    // The tag does not fit: an expected answer, and Node has no other way to give it.
    return damaged;
  }
};

const version = "v1";
const nonceBytes = 12;
const tagBytes = 16;
const damaged: OpenedSecret = { kind: "refused", reason: "damaged" };
