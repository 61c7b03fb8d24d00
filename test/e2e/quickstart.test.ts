import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { test } from "node:test";
import { promisify } from "node:util";

const program = new URL("../../src/cli/bin.ts", import.meta.url).pathname;
const plain = { ...process.env, NO_COLOR: "1" };
const run = promisify(execFile);

/** `carom quickstart …` until it ends, or until what it printed satisfies `until`. */
const start = (
  ...argv: readonly string[]
): { child: ChildProcess; until: (pattern: RegExp) => Promise<string>; ended: Promise<number | null> } => {
  const child = spawn(process.execPath, [program, "quickstart", ...argv], {
    env: plain,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      for (const watch of watchers) watch();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const until = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const watch = (): void => {
        if (pattern.test(text)) resolve(text);
      };
      watchers.add(watch);
      watch();
      void ended.then(() => reject(new Error(`it ended before it printed ${pattern}:\n${text}`)));
    });
  return { child, until, ended };
};

test("the quickstart sends its samples all the way, and ends with 0 where each ended as told", async () => {
  const { stdout } = await run(process.execPath, [program, "quickstart", "--exit", "--json"], { env: plain });
  const samples = stdout
    .trim()
    .split("\n")
    .map(
      (
        line,
      ): {
        title: string;
        as_expected: boolean;
        outcomes: { kind: string; reason?: string; postback?: { target: string } }[];
      } => JSON.parse(line),
    );
  assert.equal(samples.length, 13);
  for (const sample of samples) assert.ok(sample.as_expected, JSON.stringify(sample));
  const outcomes = samples.flatMap((sample) => sample.outcomes);
  assert.deepEqual(
    outcomes.map((outcome) => outcome.reason ?? outcome.kind),
    [
      "heard",
      "not_attributed",
      "condition_unmet",
      "heard",
      "heard",
      "not_attributed",
      "heard",
      "not_mapped",
      "outside_window",
      "trigger_unmet",
      "wrong_kind",
      "heard",
      "wrong_kind",
      "shown_before",
      "wrong_kind",
      "trigger_unmet",
      "heard",
    ],
  );
  const targets = outcomes.flatMap((outcome) => outcome.postback?.target ?? []);
  assert.match(
    targets[0] ?? "",
    /^\/install\?pid=examplenetwork_int&campaign=Spring%20%26%20Summer&advertising_id=38400000-/,
  );
  assert.match(targets[1] ?? "", /event=reached_level_5.*&value=%7B%22level%22%3A5%2C%22coins%22%3A150%7D$/);
  assert.match(targets[2] ?? "", /event=sale.*&revenue=50\.87&currency=USD/);
  assert.equal(targets[4], "/crash?device=iPhone%206%20Plus&os=iOS%208.1&page=chapter%207");
  assert.match(targets[5] ?? "", /^\/message\?user=bob%40example.com&message=4711&event=Open&channel=push&at=\d{13}$/);
  assert.match(targets[3] ?? "", /event=signup.*&revenue=N%2FA&currency=N%2FA&value=N%2FA$/);
});

test("the curl line works as it is printed, what it sends is shown, and Ctrl-C cleans up", async (t) => {
  const demo = start();
  t.after(() => demo.child.kill("SIGKILL"));
  const shown = await demo.until(/^npx carom explain/m);
  const folder = /^\s*data\s+(\S+)/m.exec(shown)?.[1] ?? "";
  assert.ok(existsSync(folder), folder);
  const line = /^curl .*$/m.exec(shown)?.[0] ?? "";
  const { stdout } = await run("sh", ["-c", line]);
  const answer: { accepted: number } = JSON.parse(stdout);
  assert.equal(answer.accepted, 1);
  await demo.until(
    /> +level_up of com\.example\.game\n +✓ heard by the partner.*\n +GET +\/event\?event=reached_level_5/,
  );
  demo.child.kill("SIGINT");
  assert.equal(await demo.ended, 0);
  assert.ok(!existsSync(folder), "the temporary folder is removed");
});

test("a port that is taken is not in the way", async (t) => {
  const taken = createServer();
  // Where 8080 is taken already, by whoever, the test shows the same.
  await new Promise<void>((resolve) => {
    taken.once("error", () => resolve());
    taken.listen(8080, "127.0.0.1", resolve);
  });
  t.after(() => taken.close());
  const { stdout } = await run(process.execPath, [program, "quickstart", "--exit"], { env: plain });
  assert.match(stdout, /server +http:\/\/127\.0\.0\.1:\d+/);
  assert.doesNotMatch(stdout, /127\.0\.0\.1:8080/);
  assert.match(stdout, /13 events, 6 postbacks heard, 11 skips/);
});
