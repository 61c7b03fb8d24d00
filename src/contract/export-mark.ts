/** The first line of a YAML document that was exported: by it one can tell what has changed since. */
export const exportMark = (revision: number): string => `# revision ${revision}\n`;

/** The revision that a text was exported at; null where it does not say. */
export const exportedRevision = (text: string): number | null => {
  const revision = /^# revision (\d{1,15})\r?\n/.exec(text)?.[1];
  return revision === undefined ? null : Number(revision);
};
