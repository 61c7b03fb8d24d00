import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atMost, type BenchRow, measured, nothingMissing } from "../row.ts";

const repository = new URL("../../", import.meta.url).pathname;

export const freshCheckout: BenchRow = {
  name: "fresh-checkout",
  title: "a fresh checkout of the last commit, until its quickstart shows a postback; `npm ci` included, once",
  work: "the quickstart's own events and partners",
  minutes: 0.3,
  sizes: {},
  missing: nothingMissing,
  measure: async () => [
    measured({ label: "to the first postback", unit: " s", bar: atMost(60, 30) }, [await measureFreshCheckout()]),
  ],
};

const measureFreshCheckout = async (): Promise<number> => {
  const folder = mkdtempSync(join(tmpdir(), "carom-checkout-"));
  try {
    const checkout = join(folder, "carom");
    const cloned = spawnSync("git", ["clone", "--quiet", "--no-hardlinks", repository, checkout]);
    if (cloned.status !== 0) throw new Error(`git clone failed: ${cloned.stderr}`);
    return await secondsToFirstPostback(checkout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const secondsToFirstPostback = (checkout: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = spawn("sh", ["-c", "npm ci && npm run quickstart -- --exit"], {
      cwd: checkout,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let told = "";
    let seconds: number | null = null;
    const hear = (chunk: Buffer): void => {
      told += chunk.toString();
      if (/✓ heard by/.test(told)) seconds ??= (performance.now() - startedAt) / 1000;
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("exit", (code) => {
      if (code === 0 && seconds !== null) resolve(seconds);
      else reject(new Error(`the quickstart ended with ${code}:\n${told}`));
    });
  });
