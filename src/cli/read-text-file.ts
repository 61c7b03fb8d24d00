import { readFile, stat } from "node:fs/promises";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** A whole file as text; what it is instead is said with its name. */
export const readTextFile = async (file: string): Promise<string> => {
  if ((await stat(file)).isDirectory()) throw new Error(`${file}: it is a folder`);
  const bytes = await readFile(file);
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Error(`${file}: it is not UTF-8`);
  }
};
