import { createHash, createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";

/** The key that secrets are sealed with (AES-256), and its id: it tells which key a box was sealed with, and nothing else. */
export type EncryptionKey = { readonly id: string; readonly key: KeyObject };

/** The key cannot be had. The message names the fix, and never the key. Whose it is: the operator's. */
export class EncryptionKeyProblem extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "EncryptionKeyProblem";
  }
}

/**
 * The key from its value; else from the file that was named; else from `encryption.key` in the data
 * folder, which is made, readable by its owner only, when it is not there. Throws
 * `EncryptionKeyProblem`.
 */
export const openEncryptionKey = (source: {
  /** 64 hexadecimal digits, or null. */
  readonly value: string | null;
  /** A file with the same, or null. */
  readonly file: string | null;
  readonly folder: string;
}): EncryptionKey => {
  if (source.value !== null) return keyOf(source.value, "the encryption key that was given");
  if (source.file !== null) return keyOf(readKeyFile(source.file), source.file);
  const path = join(source.folder, encryptionKeyFileName);
  if (statSync(path, { throwIfNoEntry: false }) === undefined) makeKeyFile(path);
  refuseOpenFile(path);
  return keyOf(readKeyFile(path), path);
};

export const encryptionKeyFileName = "encryption.key";

/** A key as an `EncryptionKey`; `from` says in messages where it came from. */
const keyOf = (text: string, from: string): EncryptionKey => {
  const digits = text.trim();
  if (!/^[0-9a-f]{64}$/i.test(digits)) {
    throw new EncryptionKeyProblem(
      `${from} is not 64 hexadecimal digits (32 bytes), it has ${digits.length} characters; make one with: openssl rand -hex 32`,
    );
  }
  const bytes = Buffer.from(digits, "hex");
  const id = createHash("sha256").update("carom encryption key id\n").update(bytes).digest("hex").slice(0, 16);
  return { id, key: createSecretKey(bytes) };
};

const readKeyFile = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new EncryptionKeyProblem(`${path} cannot be read`, error);
  }
};

/** Only the file that Carom made itself is held to this: a container's secret has the mode that its platform gives it. */
const refuseOpenFile = (path: string): void => {
  if (process.platform === "win32") return;
  const mode = statSync(path).mode & 0o777;
  if ((mode & 0o077) === 0) return;
  throw new EncryptionKeyProblem(
    `${path} can be read by others (mode ${mode.toString(8)}); allow its owner only: chmod 600 ${path}`,
  );
};

/**
 * Whole or not at all: written and synced under another name, then linked. A crash in between must
 * not leave a key that is cut short, and of two that start at once the second takes the first's.
 */
const makeKeyFile = (path: string): void => {
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    const file = openSync(draft, "wx", 0o600);
    writeSync(file, `${randomBytes(32).toString("hex")}\n`);
    fsyncSync(file);
    closeSync(file);
    linkUnlessThere(draft, path);
    syncFolder(dirname(path));
  } catch (error) {
    throw new EncryptionKeyProblem(`${path} cannot be made`, error);
  } finally {
    rmSync(draft, { force: true });
  }
};

const linkUnlessThere = (draft: string, path: string): void => {
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
};

const syncFolder = (path: string): void => {
  if (process.platform === "win32") return;
  const folder = openSync(path, "r");
  fsyncSync(folder);
  closeSync(folder);
};
