import { stripVTControlCharacters } from "node:util";

/** Lays rows out in columns; the last column may be long and is not padded. Colours do not count as width. */
export const textTable = (rows: readonly (readonly string[])[], gap = 2): readonly string[] => {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, visibleWidth(cell));
    });
  }
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : padded(cell, (widths[column] ?? 0) + gap)))
      .join("")
      .trimEnd(),
  );
};

const visibleWidth = (text: string): number => stripVTControlCharacters(text).length;

export const padded = (text: string, width: number): string =>
  `${text}${" ".repeat(Math.max(0, width - visibleWidth(text)))}`;

/** Breaks a plain text into lines of at most `width`, at blanks. */
export const wrapped = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return line === "" ? lines : [...lines, line];
};
