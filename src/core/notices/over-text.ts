import { ownerOfReceiver } from "#src/core/postbacks/target-key.ts";
import type { Trouble } from "./notice.ts";

/** What is so now that a trouble is over: its own sentence says what was wrong. */
export const overText = ({ kind, subject }: Pick<Trouble, "kind" | "subject">): string => {
  switch (kind) {
    case "receiver_failing": {
      const scope = ownerOfReceiver(subject) === null ? "host" : "receiver";
      return `the ${scope} ${subject} takes what it is sent again: its breaker is no longer open`;
    }
    case "receiver_paused":
      return `${subject} is no longer paused; what waited goes out`;
    case "dead_growing":
      return "few of the postbacks that ended in the last two hours are dead";
    case "silence":
      return `${subject} is no longer quiet for longer than it is used to`;
    case "intake_refusing":
      return "intake takes events again";
  }
};
