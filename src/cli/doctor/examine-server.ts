import { callRoute } from "#src/cli/call-route.ts";
import type { CommandCall } from "#src/cli/command.ts";
import { connectToServer, ServerUnreachable } from "#src/cli/server-connection.ts";
import { operationRoutes } from "#src/contract/operations-contract.ts";
import type { Finding } from "./examine.ts";

export const examineServer = async (call: CommandCall): Promise<Finding> => {
  const connection = connectToServer(call);
  try {
    const health = await callRoute(connection, operationRoutes.isHealthy);
    if (health.kind === "refused") return { state: "bad", subject: "server", said: health.problem.detail };
    const ready = await callRoute(connection, operationRoutes.isReady);
    if (ready.kind === "refused") return { state: "bad", subject: "server", said: ready.problem.detail };
    return {
      state: "good",
      subject: "server",
      said: `${connection.name}: Carom ${health.answer.version} takes events`,
    };
  } catch (error) {
    if (!(error instanceof ServerUnreachable)) throw error;
    return { state: "note", subject: "server", said: error.message };
  } finally {
    connection.close();
  }
};
