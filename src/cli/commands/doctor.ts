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

const findingLines = (findings: readonly Finding[], terminal: Terminal): readonly string[] => {
  const marks = {
    good: terminal.paint("good", "✓"),
    note: terminal.paint("warn", "!"),
    bad: terminal.paint("bad", "✗"),
  };
  const rows = findings.map((finding) => [marks[finding.state], finding.subject, finding.said]);
  const bad = findings.filter((finding) => finding.state === "bad").length;
  const end = bad === 0 ? "Nothing stands in the way." : `${bad} to mend, see ✗.`;
  return [...textTable(rows), "", end];
};
