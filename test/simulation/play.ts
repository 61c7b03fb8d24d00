import { runSeed } from "./run-seed.ts";

/** Plays one seed and tells every step: `node test/simulation/play.ts <seed> [steps]`. */
const [seed = "1", steps = "60"] = process.argv.slice(2);
const run = await runSeed(Number(seed), Number(steps));
console.log([...run.trace, ...run.violations, JSON.stringify(run.counted)].join("\n"));
process.exitCode = run.violations.length === 0 ? 0 : 1;
