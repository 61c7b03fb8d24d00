/** How a command ended, for scripts. The documentation and `carom help` print this table. */
export const exitCodes = {
  ok: { code: 0, meaning: "It worked." },
  failed: { code: 1, meaning: "It did not work; what failed is on standard error." },
  usage: { code: 2, meaning: "The command line or a setting is wrong; nothing was done." },
  unreachable: { code: 3, meaning: "No server answered." },
  refused: { code: 4, meaning: "The server refused the key, or the key may not do this." },
  partly: { code: 5, meaning: "A part was refused and the rest was done." },
  different: { code: 6, meaning: "It worked, and there is a difference (`carom diff`)." },
  interrupted: { code: 130, meaning: "Stopped by Ctrl-C before it was done." },
} as const;

export type Exit = keyof typeof exitCodes;
