/**
 * No table is another. The column `decisions` may say `@9,2:7` (`decisions-text.ts`), which a program from before would
 * read as nonsense: with a version of its own such a program refuses the folder. Older rows are read as they are.
 */
export const sharedDecisions = "";
