import { didYouMean } from "#src/contract/did-you-mean.ts";
import { resourceRoutes } from "#src/contract/resource-contract.ts";
import { callRoute } from "./call-route.ts";
import type { GivenArguments } from "./command.ts";
import type { ServerConnection } from "./server-connection.ts";

const namesMax = 500;

/**
 * Why nothing was found, where an app or partner was named that there is not: a slip of the finger is not to look like
 * a job that is done. Null where both are there, or may not be looked at.
 */
export const unknownName = async (given: GivenArguments, connection: ServerConnection): Promise<string | null> =>
  (await unknownOf("partner", given.text("partner"), connection)) ??
  (await unknownOf("app", given.text("app"), connection));

const unknownOf = async (
  kind: "partner" | "app",
  name: string | null,
  connection: ServerConnection,
): Promise<string | null> => {
  if (name === null) return null;
  const list = await callRoute(connection, resourceRoutes[kind].list, { query: { limit: namesMax } });
  if (list.kind === "refused") return null;
  const names = list.answer.data.map(({ id }) => String(id));
  if (names.includes(name) || list.answer.next_cursor !== null) return null;
  return `--${kind}: there is no ${kind} ${name}${didYouMean(name, names)}`;
};
