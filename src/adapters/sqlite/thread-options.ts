import { invariant } from "#src/core/invariant.ts";

/** What a thread is started with. */
export type StoreThreadOptions = {
  readonly folder: string;
  readonly openedAt: number;
  readonly filterBytesMax: number;
};
export type FinderThreadOptions = { readonly folder: string };
export type ReaderThreadOptions = { readonly folder: string; readonly epochBefore: string; readonly epoch: string };

export const readStoreThreadOptions = (data: unknown): StoreThreadOptions => {
  invariant(typeof data === "object" && data !== null, "a thread is started with options");
  invariant("folder" in data && typeof data.folder === "string", "the folder is told");
  invariant("openedAt" in data && typeof data.openedAt === "number", "the time of opening is told");
  invariant("filterBytesMax" in data && typeof data.filterBytesMax === "number", "the memory of filters is told");
  return { folder: data.folder, openedAt: data.openedAt, filterBytesMax: data.filterBytesMax };
};

export const readFinderThreadOptions = (data: unknown): FinderThreadOptions => {
  invariant(typeof data === "object" && data !== null, "a thread is started with options");
  invariant("folder" in data && typeof data.folder === "string", "the folder is told");
  return { folder: data.folder };
};

export const readReaderThreadOptions = (data: unknown): ReaderThreadOptions => {
  invariant(typeof data === "object" && data !== null, "a thread is started with options");
  invariant("folder" in data && typeof data.folder === "string", "the folder is told");
  invariant("epochBefore" in data && typeof data.epochBefore === "string", "the epoch before is told");
  invariant("epoch" in data && typeof data.epoch === "string", "the epoch is told");
  return { folder: data.folder, epochBefore: data.epochBefore, epoch: data.epoch };
};
