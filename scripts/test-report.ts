export type SkippedTest = { readonly title: string; readonly reason: string };
export type TestReport = { readonly tests: number; readonly skipped: readonly SkippedTest[] };

/** What the TAP of Node's test runner says of how many tests there were, and of those that were left out. */
export const readTestReport = (tap: string): TestReport => ({
  tests: Number(/^# tests (\d+)$/m.exec(tap)?.[1] ?? 0),
  skipped: [...tap.matchAll(/^\s*ok \d+ - (.*?) # SKIP ?(.*)$/gm)].map(([, title = "", reason = ""]) => ({
    title,
    reason: reason === "" ? "no reason is given" : reason,
  })),
});
