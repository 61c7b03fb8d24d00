/** A table whose cells hold any text. */
export const markdownTable = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => "---"), ...rows.map((row) => row.map(cell))]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n");

/** Text as code, also where it holds backticks itself. */
export const code = (text: string): string => (text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``);

/** A page of docs/reference: its parts, with a blank line between them. */
export const markdownPage = (title: string, source: string, ...parts: readonly string[]): string =>
  `${[`# ${title}`, `<!-- Made by scripts/generate-reference.ts from ${source}. Do not edit. -->`, ...parts].join("\n\n")}\n`;

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
