import type { CommandCall } from "#src/cli/command.ts";
import { serverUrl } from "#src/cli/server-connection.ts";
import { type Config, readConfig } from "#src/main/config.ts";
import { examineDisk, examineFolder, examineSync } from "./examine-folder.ts";
import { examineClock, examineCountries, examineNetworks, examineResolver, examineRuntime } from "./examine-machine.ts";
import { examineServer } from "./examine-server.ts";
import type { Finding } from "./finding.ts";
import { examineDifferences, readServerSettings } from "./server-settings.ts";

/** Looks at everything that a server leans on; changes nothing but a file of its own in the folder, for a moment. */
export const examine = async (call: CommandCall): Promise<readonly Finding[]> => {
  const folder = call.given.text("data");
  const reading = readConfig(call.environment, folder === null ? {} : { data: folder });
  if (reading.kind === "refused") {
    const problems = reading.problems.map((said): Finding => ({ state: "bad", subject: "settings", said }));
    return [...examineDistance(call), examineRuntime(), ...problems, ...(await examineConfigured(call, reading.rest))];
  }
  const warnings = reading.warnings.map((said): Finding => ({ state: "note", subject: "settings", said }));
  return [
    ...examineDistance(call),
    examineRuntime(),
    ...(warnings.length === 0
      ? [{ state: "good", subject: "settings", said: "every one can be read" } as const]
      : warnings),
    ...(await examineConfigured(call, reading.config)),
  ];
};

/** A server that is asked at its address tells nothing of what it was started with, nor of its machine. */
const examineDistance = (call: CommandCall): readonly Finding[] => {
  const url = serverUrl(call);
  if (url === null) return [];
  const said = `${url} is asked from outside: settings, folder, disk, clock, resolver, guard and countries are of this shell and this machine, which may be others than the server's; run \`carom doctor\` on its machine, without --url and CAROM_URL, for its own`;
  return [{ state: "note", subject: "outside", said }];
};

const examineConfigured = async (call: CommandCall, config: Config): Promise<readonly Finding[]> => {
  const server = await readServerSettings(call);
  const networks = server?.["CAROM_ALLOWED_NETWORKS"]?.split(",").filter((network) => network !== "");
  return [
    ...(server === null ? [] : examineDifferences(config, server)),
    ...examineFolder(config.data),
    await examineDisk(config.data, config.diskReserveMebibytes),
    examineSync(config.data, call.clock),
    examineClock(call.clock.now()),
    await examineResolver(config.resolvers),
    examineNetworks(networks ?? config.allowedNetworks),
    ...(await examineCountries(config.geoipFile)),
    ...(await examineServer(call)),
  ];
};
