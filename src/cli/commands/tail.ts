import type { RunCommand } from "#src/cli/command.ts";
import { openFollower } from "#src/cli/follow.ts";
import { followLine } from "#src/cli/follow-lines.ts";
import { connectToServer } from "#src/cli/server-connection.ts";
import { tellProblem } from "#src/cli/tell-problem.ts";
import { waitFor } from "#src/cli/waiting.ts";

const lookEveryMs = 500;
const lastDefault = 10;

export const runTail: RunCommand = async (call) => {
  const { given, terminal, clock, interrupted } = call;
  const connection = connectToServer(call);
  const filter = { app_id: given.text("app"), partner_id: given.text("partner") };
  const follower = openFollower(connection, filter, given.number("last") ?? lastDefault);
  try {
    while (!interrupted.aborted) {
      const news = await follower.look();
      if ("status" in news) return tellProblem(terminal, news);
      for (const followed of news) {
        const json = followed.kind === "event" ? followed.event : followed.postback;
        terminal.print(given.flag("json") ? JSON.stringify(json) : followLine(followed, terminal));
      }
      if (given.flag("once")) return "ok";
      await waitFor(clock, lookEveryMs, interrupted);
    }
    return "ok";
  } catch (error) {
    if (interrupted.aborted) return "ok";
    throw error;
  } finally {
    connection.close();
  }
};
