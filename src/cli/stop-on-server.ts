import type { AnyRoute } from "#src/contract/route.ts";
import { callForText } from "./call-route.ts";
import type { CommandCall } from "./command.ts";
import { connectToServer } from "./server-connection.ts";

const answerMaxMs = 5_000;

/** Stops a job after Ctrl-C, over a connection of its own: that of the command has ended with it. False where nobody answered. */
export const stopOnServer = async (
  { given, environment }: CommandCall,
  route: Pick<AnyRoute, "method" | "path">,
  id: string,
): Promise<boolean> => {
  const connection = connectToServer({ given, environment, interrupted: AbortSignal.timeout(answerMaxMs) });
  try {
    return (await callForText(connection, route, { params: { id } })).kind === "ok";
  } catch {
    return false;
  } finally {
    connection.close();
  }
};
