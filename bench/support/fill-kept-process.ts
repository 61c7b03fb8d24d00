/**
 * Fills a folder for a later `npm run bench -- --kept <folder>`, and measures nothing: `npx node bench/support/fill-kept-process.ts
 * <folder> <name>=<number> ...`, with the names of a `Filling`, as the row asks for them.
 */
import { filledFolder, keptVariable } from "./kept-folder.ts";

const [folder, ...sizes] = process.argv.slice(2);
process.env[keptVariable] = folder;
const filling = Object.fromEntries(sizes.map((size) => size.split("=")).map(([name, value]) => [name, Number(value)]));
const { path, fill } = filledFolder(filling);
const startedAt = performance.now();
await fill();
console.log(`${path} is filled, in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
