export type SkippedTest = { readonly title: string; readonly reason: string };
export type TestReport = { readonly passed: number; readonly failed: number; readonly skipped: readonly SkippedTest[] };

/** What the TAP of Node's test runner says of how many tests passed and failed, and which were left out. */
export const readTestReport = (tap: string): TestReport => ({
  passed: countIn(tap, "pass"),
  failed: countIn(tap, "fail") + countIn(tap, "cancelled"),
  skipped: [...tap.matchAll(/^\s*ok \d+ - (.*?) # SKIP ?(.*)$/gm)].map(([, title = "", reason = ""]) => ({
    title,
    reason: reason === "" ? "no reason is given" : reason,
  })),
});

const countIn = (tap: string, what: string): number =>
  Number(new RegExp(`^# ${what} (\\d+)$`, "m").exec(tap)?.[1] ?? 0);
