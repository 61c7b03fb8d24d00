import { resolve } from "node:path";
import type { RunCommand } from "#src/cli/command.ts";
import { connectOnThisMachine } from "#src/cli/server-connection.ts";
import { backupPath } from "#src/main/backup-route.ts";

export const runBackup: RunCommand = async (call) => {
  const { given, terminal } = call;
  const target = resolve(given.positional(0) ?? "");
  const connection = connectOnThisMachine(call);
  try {
    const answer = await connection.request({ method: "POST", path: backupPath, body: JSON.stringify({ target }) });
    if (given.flag("json")) terminal.print(answer.text);
    const body: unknown = JSON.parse(answer.text);
    if (answer.status !== 200) {
      const detail = typeof body === "object" && body !== null && "detail" in body ? String(body.detail) : answer.text;
      terminal.tell(`${terminal.paint("bad", "error")}  ${detail}`);
      return "failed";
    }
    const bytes = typeof body === "object" && body !== null && "bytes" in body ? Number(body.bytes) : 0;
    if (!given.flag("json"))
      terminal.print(
        `${target}: ${mebibytes(bytes)} MiB. The encryption key is not in it; keep a copy of that elsewhere.`,
      );
    return "ok";
  } finally {
    connection.close();
  }
};

const mebibytes = (bytes: number): string => (bytes / 1_048_576).toFixed(1);
