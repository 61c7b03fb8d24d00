/** Each store is put to the promises of its ports by one such file. */
export const conformanceTests = "src/adapters/*/*-storage.test.ts";
