import type { RunCommand } from "#src/cli/command.ts";
import { countText } from "#src/cli/count-text.ts";
import { connectOnThisMachine } from "#src/cli/server-connection.ts";
import { rotateKeyPath } from "#src/main/rotate-key-route.ts";

export const runRotateKey: RunCommand = async (call) => {
  const { given, terminal } = call;
  const connection = connectOnThisMachine(call);
  try {
    const answer = await connection.request({ method: "POST", path: rotateKeyPath, body: "{}" });
    if (given.flag("json")) terminal.print(answer.text);
    const said: unknown = JSON.parse(answer.text);
    const body = typeof said === "object" && said !== null ? said : {};
    if (answer.status !== 200) {
      terminal.tell(`${terminal.paint("bad", "error")}  ${"detail" in body ? body.detail : answer.text}`);
      return "failed";
    }
    const sealed = countText("secrets" in body ? Number(body.secrets) : 0, "secret");
    const file = "file" in body ? String(body.file) : "";
    if (!given.flag("json"))
      terminal.print(
        `${file}: a new key; ${sealed} sealed with it. Copy the file elsewhere, and keep the old one with the backups of its time.`,
      );
    return "ok";
  } finally {
    connection.close();
  }
};
