import { createHash, createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
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

/** The key that seals from now on, and those before it, which only open what is to be sealed anew. */
export type EncryptionKeys = {
  readonly current: EncryptionKey;
  readonly previous: readonly EncryptionKey[];
  /** The file of the data folder, where the keys are Carom's own: only those can be rotated by it. */
  readonly ownFile: string | null;
};

/**
 * The key from its value; else from the file that was named; else from `encryption.key` in the data
 * folder, which is made, readable by its owner only, when it is not there. A file may hold earlier keys
 * on further lines. Throws `EncryptionKeyProblem`.
 */
export const openEncryptionKeys = (source: {
  /** 64 hexadecimal digits, or null. */
  readonly value: string | null;
  /** The key before that one, while secrets are sealed anew, or null. */
  readonly previousValue: string | null;
  /** A file with the same, or null. */
  readonly file: string | null;
  readonly folder: string;
}): EncryptionKeys => {
  const before =
    source.previousValue === null ? [] : [keyOf(source.previousValue, "the previous encryption key that was given")];
  if (source.value !== null) {
    return { current: keyOf(source.value, "the encryption key that was given"), previous: before, ownFile: null };
  }
  if (source.file !== null) return { ...keysOfFile(source.file, before), ownFile: null };
  const path = join(source.folder, encryptionKeyFileName);
  if (statSync(path, { throwIfNoEntry: false }) === undefined) writeKeyFile(path, [makeKey().text]);
  refuseOpenFile(path);
  return { ...keysOfFile(path, before), ownFile: path };
};

export const encryptionKeyFileName = "encryption.key";

/**
 * Puts a new key in front of the one that was current. Until `forgetPreviousKeys`, both are in the file: a
 * crash in between finds every secret still to be opened.
 */
export const rotateKeyFile = (path: string, made = makeKey()): EncryptionKeys => {
  const before = readKeyLines(path);
  writeKeyFile(path, [made.text, ...before]);
  return { ...keysOfFile(path, []), ownFile: path };
};

/** A new key that nothing holds yet: its text, as a file does, and its id. */
export const makeKey = (): { readonly text: string; readonly id: string } => {
  const text = randomBytes(32).toString("hex");
  return { text, id: keyOf(text, "a new key").id };
};

/** Leaves the current key alone in the file; only when nothing is sealed with another. */
export const forgetPreviousKeys = (path: string): void => {
  const [current = ""] = readKeyLines(path);
  writeKeyFile(path, [current]);
};

const keysOfFile = (path: string, before: readonly EncryptionKey[]): Omit<EncryptionKeys, "ownFile"> => {
  const [current, ...earlier] = readKeyLines(path).map((line) => keyOf(line, path));
  return { current: current ?? keyOf("", path), previous: [...earlier, ...before] };
};

const readKeyLines = (path: string): readonly string[] =>
  readKeyFile(path)
    .trim()
    .split(/\s*\n\s*/);

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
 * Whole or not at all: written and synced under another name, then moved there. A crash in between must
 * leave neither a key that is cut short nor none. Of two that start at once in an empty folder the
 * second takes the first's: a new file is linked, which does not replace.
 */
const writeKeyFile = (path: string, keys: readonly string[]): void => {
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    const file = openSync(draft, "wx", 0o600);
    writeSync(file, `${keys.join("\n")}\n`);
    fsyncSync(file);
    closeSync(file);
    if (statSync(path, { throwIfNoEntry: false }) === undefined) linkUnlessThere(draft, path);
    else renameSync(draft, path);
    syncFolder(dirname(path));
  } catch (error) {
    throw new EncryptionKeyProblem(`${path} cannot be written`, error);
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
