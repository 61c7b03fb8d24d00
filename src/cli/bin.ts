#!/usr/bin/env node
// Nothing is imported statically but two built-in modules: the compile cache must be on before the first heavy import.
import { enableCompileCache } from "node:module";
import process from "node:process";

const { directory } = enableCompileCache();
const { replaceOldRuntime } = await import("./old-runtime.ts");
const replacement = replaceOldRuntime(process.versions.node, process.argv);
if (replacement === null) {
  const { shareCompileCache } = await import("#src/main/config.ts");
  if (directory !== undefined) shareCompileCache(directory);
  const { runProcess } = await import("./run-process.ts");
  await runProcess(process);
} else {
  process.exitCode = replacement;
}
