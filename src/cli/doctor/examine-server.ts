import { callRoute } from "#src/cli/call-route.ts";
import type { CommandCall } from "#src/cli/command.ts";
import { pauseText } from "#src/cli/pause-text.ts";
import { connectToServer, type ServerConnection, ServerUnreachable } from "#src/cli/server-connection.ts";
import { operationRoutes } from "#src/contract/operations-contract.ts";
import { pauseRoutes } from "#src/contract/pauses-contract.ts";
import { examineBreakers } from "./examine-breakers.ts";
import { examineSecrets } from "./examine-secrets.ts";
import type { Finding } from "./finding.ts";

export const examineServer = async (call: CommandCall): Promise<readonly Finding[]> => {
  const { given, environment, interrupted } = call;
  const connection = connectToServer({ given, environment, interrupted });
  try {
    const health = await callRoute(connection, operationRoutes.isHealthy);
    if (health.kind === "refused") return [{ state: "bad", subject: "server", said: health.problem.detail }];
    const ready = await callRoute(connection, operationRoutes.isReady);
    if (ready.kind === "refused") return [{ state: "bad", subject: "server", said: ready.problem.detail }];
    const said = `${connection.name}: Carom ${health.answer.version} takes events`;
    return [
      { state: "good", subject: "server", said },
      ...(await examinePauses(connection)),
      ...(await examineBreakers(connection)),
      ...(await examineSecrets(connection)),
    ];
  } catch (error) {
    if (!(error instanceof ServerUnreachable)) throw error;
    return [{ state: "note", subject: "server", said: error.message }];
  } finally {
    connection.close();
  }
};

/** A pause that was forgotten looks like a partner that hears nothing. */
const examinePauses = async (connection: ServerConnection): Promise<readonly Finding[]> => {
  const answer = await callRoute(connection, pauseRoutes.listPauses);
  // Without a key that may look, what is paused is not known here.
  if (answer.kind === "refused") return [];
  return answer.answer.data.map((pause) => ({
    state: "note",
    subject: "paused",
    said: `${pauseText(pause)}: what is due there is held; \`carom resume\` lets it go`,
  }));
};
