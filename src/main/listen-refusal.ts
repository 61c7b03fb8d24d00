import type { Config } from "./config.ts";
import { StartRefused } from "./start-refused.ts";

/** What kept a server from listening, as a sentence that says what to change; anything unexpected stays as it is. */
export const listenRefusal = (error: unknown, { host, port }: Pick<Config, "host" | "port">): unknown => {
  const sentence = sentenceOf(error instanceof Error && "code" in error ? error.code : null, host, port);
  return sentence === null ? error : new StartRefused(sentence, { cause: error });
};

const sentenceOf = (code: unknown, host: string, port: number): string | null => {
  switch (code) {
    case "EADDRINUSE":
      return `port ${port} of ${host} is taken by another program: choose another with --port or CAROM_PORT`;
    case "EACCES":
      return `this user may not listen on port ${port}: choose one above 1023 with --port or CAROM_PORT`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `${host} is no address of this machine: choose another with --host or CAROM_HOST`;
    default:
      return null;
  }
};
