import { keyRoutes } from "#src/contract/keys-contract.ts";
import { userRoutes } from "#src/contract/users-contract.ts";
import type { Config } from "#src/main/config.ts";
import { callRoute } from "./call-route.ts";
import { connectByFolder } from "./server-connection.ts";
import type { Terminal } from "./terminal.ts";

/** A new server has no keys: says where the first one comes from. */
export const greetOperator = async (terminal: Terminal, config: Config): Promise<void> => {
  const connection = connectByFolder(config.data, new AbortController().signal);
  try {
    const keys = await callRoute(connection, keyRoutes.listKeys);
    if (keys.kind === "refused" || keys.answer.data.length > 0) return;
    const folder = config.data === "./data" ? "" : ` --data ${config.data}`;
    terminal.tell("");
    terminal.tell(
      `  This server is new; \`kill ${process.pid}\` stops it. From another terminal on this machine, no key needed:`,
    );
    terminal.tell("");
    terminal.tell(`    npx carom apply examples/first.yaml${folder}`);
    terminal.tell(`    npx carom keys add --kind management --name admin${folder}`);
    const owner = await callRoute(connection, userRoutes.linkFirstOwner);
    if (owner.kind === "ok") {
      terminal.tell("");
      terminal.tell(
        `  The first owner comes in by this link, once, until ${owner.answer.expires_at}; open it in a browser:`,
      );
      terminal.tell("");
      terminal.tell(`    ${owner.answer.url}`);
      if (config.publicUrl === null) {
        terminal.tell("");
        terminal.tell("  From another machine: put this server's address in its place, and set CAROM_PUBLIC_URL.");
      }
    }
    terminal.tell("");
  } finally {
    connection.close();
  }
};
