import type { Command } from "./command.ts";
import { connectionOptions } from "./connection-options.ts";
import { postbackFilterOptions } from "./postback-filter-options.ts";

export const postbackCommands: readonly Command[] = [
  {
    name: "postback",
    summary: "Show one postback: its request, its attempts, what holds it",
    description: [],
    positionals: [{ name: "id", required: true, meaning: "Id of the postback, as `carom tail` shows it" }],
    options: { ...connectionOptions },
    examples: [
      {
        line: "carom postback 019bb8a4-7c3e-7d0b-9e57-2f3f7a1c9d10-d6fc8a7ee391",
        meaning: "what was sent, and what came back?",
      },
    ],
    load: async () => (await import("./commands/postback.ts")).runPostback,
  },
  {
    name: "redeliver",
    summary: "Make a new postback of an old one, and send it",
    description: [
      "The old one stays as it ended; the new one has an id of its own. As sent, the request is the same byte for byte; with `--render current` it is made anew by today's templates, and the difference is shown.",
    ],
    positionals: [{ name: "id", required: true, meaning: "Id of the postback" }],
    options: {
      ...connectionOptions,
      render: { kind: "text", value: "how", meaning: "as_sent (default), or current: by today's templates" },
    },
    examples: [
      {
        line: "carom redeliver 019bb8a4-7c3e-7d0b-9e57-2f3f7a1c9d10-d6fc8a7ee391 --render current",
        meaning: "once more, by the template that was mended",
      },
    ],
    load: async () => (await import("./commands/postback.ts")).runRedeliver,
  },
  {
    name: "cancel",
    summary: "Cancel waiting postbacks",
    description: [
      "Counts first and asks; --yes answers for you. What is in flight keeps its attempt. What was cancelled cannot be replayed, only redelivered one by one.",
    ],
    positionals: [],
    options: {
      ...connectionOptions,
      ...postbackFilterOptions,
      "dry-run": { kind: "flag", meaning: "Count, and do nothing" },
      yes: { kind: "flag", short: "y", meaning: "Do not ask" },
    },
    examples: [{ line: "carom cancel --partner example_network --dry-run", meaning: "how many wait?" }],
    load: async () => (await import("./commands/cancel.ts")).runCancel,
  },
  {
    name: "rerender",
    summary: "Render waiting postbacks anew, by today's templates",
    description: [
      "After a mistake: mend the configuration, then render what has not been sent. Shows what would change first and asks; --yes answers for you. What is in flight keeps the request that is under way; what today's catalog does not make, or cannot render, is left as it is.",
    ],
    positionals: [],
    options: {
      ...connectionOptions,
      ...postbackFilterOptions,
      "dry-run": { kind: "flag", meaning: "Count and show examples, and do nothing" },
      yes: { kind: "flag", short: "y", meaning: "Do not ask" },
    },
    examples: [{ line: "carom rerender --partner example_network --dry-run", meaning: "what would change?" }],
    load: async () => (await import("./commands/rerender.ts")).runRerender,
  },
];
