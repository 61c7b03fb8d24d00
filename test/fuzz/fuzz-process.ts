/** Plays a part of a run, given as JSON, in a process of its own, and sends what came of it. */
import { runFuzz } from "./fuzz-run.ts";

const [text = "{}"] = process.argv.slice(2);
const tell = (message: object): void => {
  process.send?.(message);
};
const { findings, ...result } = await runFuzz({
  ...JSON.parse(text),
  tell: (told: string) => tell({ kind: "progress", text: told }),
});
tell({ kind: "played", result: { ...result, findings: findings.map(({ message }) => message) } });
process.disconnect?.();
