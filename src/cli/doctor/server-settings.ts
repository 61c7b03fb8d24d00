import type { CommandCall } from "#src/cli/command.ts";
import { connectToServer, ServerUnreachable } from "#src/cli/server-connection.ts";
import { type Config, type ShownSettings, shownSettings } from "#src/main/config.ts";
import { settingsPath } from "#src/main/settings-route.ts";
import type { Finding } from "./finding.ts";

/** What the running server was started with, or null where none runs, or it is asked from outside. */
export const readServerSettings = async ({
  given,
  environment,
  interrupted,
}: CommandCall): Promise<ShownSettings | null> => {
  const connection = connectToServer({ given, environment, interrupted });
  try {
    const answer = await connection.request({ method: "GET", path: settingsPath });
    const said: unknown = answer.status === 200 ? JSON.parse(answer.text) : null;
    if (typeof said !== "object" || said === null) return null;
    return Object.fromEntries(Object.entries(said).map(([variable, text]) => [variable, String(text)]));
  } catch (error) {
    if (!(error instanceof ServerUnreachable)) throw error;
    return null;
  } finally {
    connection.close();
  }
};

/** Where each speaks of the same folder in its own way. */
const placeOnly = "CAROM_DATA";

/** A variable that was set in this shell and not for the server changes nothing, and looks as if it did. */
export const examineDifferences = (config: Config, server: ShownSettings): readonly Finding[] => {
  const here = shownSettings(config);
  return Object.entries(server)
    .filter(([variable, text]) => variable !== placeOnly && here[variable] !== text)
    .map(([variable, text]) => ({
      state: "note",
      subject: "settings",
      said: `the server runs with ${variable}=${text}, this shell has ${variable}=${here[variable] ?? ""}: the server's counts, until it is started anew`,
    }));
};
