import { mkdirSync, writeFileSync } from "node:fs";

const plots = new URL("../plots/", import.meta.url);

/** A plot of one row's own, kept beside those of all rows. */
export const keepPlot = (name: string, svg: string): void => {
  mkdirSync(plots, { recursive: true });
  writeFileSync(new URL(`${name}.svg`, plots), svg);
};
