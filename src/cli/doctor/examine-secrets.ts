import { callRoute } from "#src/cli/call-route.ts";
import { countText } from "#src/cli/count-text.ts";
import { secretFaultText } from "#src/cli/secret-fault-text.ts";
import type { ServerConnection } from "#src/cli/server-connection.ts";
import { secretRoutes, type UnsetSecretWire } from "#src/contract/keys-contract.ts";
import type { Finding } from "./finding.ts";

/** Without its secret an integration looks well, as after a restore without the encryption key, but for its postbacks, which wait. */
export const examineSecrets = async (connection: ServerConnection): Promise<readonly Finding[]> => {
  const answer = await callRoute(connection, secretRoutes.listSecrets);
  // Without a key that may look, which secrets there are is not known here.
  if (answer.kind === "refused") return [];
  const { data, unset } = answer.answer;
  const closed = data.flatMap(({ name, fault }) =>
    fault === null ? [] : [`${name} cannot be opened: ${secretFaultText(fault, name)}`],
  );
  const byUse = Map.groupBy(unset, ({ name, partner_id, rule_id }) => JSON.stringify([name, partner_id, rule_id]));
  const missing = [...byUse.values()].flatMap(([first, ...rest]) =>
    first === undefined ? [] : [unsetText(first, rest.length)],
  );
  return [...closed, ...missing].map((said) => ({ state: "bad", subject: "secret", said }));
};

const unsetText = ({ name, app_id, partner_id, rule_id }: UnsetSecretWire, others: number): string => {
  const who = partner_id === null ? `rule ${rule_id}` : `partner ${partner_id}`;
  const more = others === 0 ? "" : ` and ${countText(others, "more app")}`;
  return `${name} is not set, and postbacks of ${who} in app ${app_id}${more} wait for it: \`carom secrets set ${name}\``;
};
