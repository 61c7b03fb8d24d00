/** Nothing of the tables: a record is written without what its row says beside it (`install-text.ts`), which no older Carom reads. */
export const packedInstalls = "";
