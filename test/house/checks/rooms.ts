/** Folders of the sources that ARCHITECTURE.md gives no purpose. */
export const undescribedFolders = (architecture: string, folders: readonly string[]): readonly string[] => {
  const rows = architecture.split("\n").filter((line) => line.startsWith("| `"));
  return folders
    .filter((folder) => !rows.some((row) => row.startsWith(`| \`${folder}/\` |`)))
    .map((folder) => `ARCHITECTURE.md: no row for \`${folder}/\``);
};
