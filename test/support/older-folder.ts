/** Folders that programs of before left behind when they were killed, one a schema (`leave-older-folder.ts`). */
export const olderFolders = new URL("./fixtures/older-folders/", import.meta.url).pathname;

/** What each of them holds. */
export const olderFolder = {
  /** The log is not merged into the file yet. */
  files: ["data.db", "data.db-wal"],
  /** Purchases, with the numbers from 0 on. */
  events: 300,
  inFlight: 8,
  /** Where they are to be sent; an address of loopback that nobody else takes. */
  listensAt: { host: "127.77.3.1", port: 18_077 },
} as const;
