/** Room on the disk that holds the store, and room inside its file that is used again. */
export type Disk = {
  /** Bytes that can still be written, free pages of the file included; null where it is not known. */
  readonly freeBytes: () => Promise<number | null>;
};
