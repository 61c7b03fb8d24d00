import type { RunCommand } from "#src/cli/command.ts";
import { examine } from "#src/cli/doctor/examine.ts";
import type { Finding } from "#src/cli/doctor/finding.ts";
import type { Terminal } from "#src/cli/terminal.ts";
import { textTable } from "#src/cli/text-table.ts";

export const runDoctor: RunCommand = async (call) => {
  const { given, terminal } = call;
  const findings = await examine(call);
  if (given.flag("json")) terminal.print(JSON.stringify(findings));
  else for (const line of findingLines(findings, terminal)) terminal.print(line);
  return findings.some((finding) => finding.state === "bad") ? "failed" : "ok";
};

/** What keeps postbacks from being sent, though all is well with the server. */
const held: ReadonlySet<string> = new Set(["paused", "breaker"]);

const findingLines = (findings: readonly Finding[], terminal: Terminal): readonly string[] => {
  const marks = {
    good: terminal.paint("good", "✓"),
    note: terminal.paint("warn", "!"),
    bad: terminal.paint("bad", "✗"),
  };
  const rows = findings.map((finding) => [marks[finding.state], finding.subject, finding.said]);
  const bad = findings.filter((finding) => finding.state === "bad").length;
  const isHeld = findings.some(({ state, subject }) => state === "note" && held.has(subject));
  const well = isHeld ? "Nothing is to be mended here, and some is held: see !." : "Nothing stands in the way.";
  const end = bad === 0 ? well : `${bad} to mend, see ✗.`;
  return [...textTable(rows), "", end];
};
