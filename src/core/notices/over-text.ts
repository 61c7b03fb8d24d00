import { ownerOfReceiver } from "#src/core/postbacks/target-key.ts";
import type { Trouble } from "./notice.ts";

/** What the catalog in force has: a trouble is over too when what it was about is gone. */
export type Present = {
  readonly hasReceiver: (id: string) => boolean;
  /** Of those that are switched on. */
  readonly hasApp: (id: string) => boolean;
};

/** What is so now that a trouble is over: its own sentence says what was wrong. */
export const overText = ({ kind, subject }: Pick<Trouble, "kind" | "subject">, present: Present): string => {
  switch (kind) {
    case "receiver_failing": {
      // Which receivers went to a host is known no more once they are gone.
      if (ownerOfReceiver(subject) === null) return `no breaker of the host ${subject} is open any more`;
      return present.hasReceiver(subject)
        ? `the receiver ${subject} takes what it is sent again: its breaker is no longer open`
        : `the receiver ${subject} is no longer in the catalog: nothing more goes to it, and what waited is cancelled`;
    }
    case "receiver_paused":
      return `${subject} is no longer paused; what waited goes out`;
    case "dead_growing":
      return "few of the postbacks that ended in the last two hours are dead";
    case "silence":
      return present.hasApp(subject)
        ? `${subject} is no longer quiet for longer than it is used to`
        : `${subject} is switched off, or no longer in the catalog: no event is waited for`;
    case "intake_refusing":
      return "intake takes events again";
    case "secret_unset":
      return `${subject}: it is set, or nothing in use needs it any more`;
  }
};
