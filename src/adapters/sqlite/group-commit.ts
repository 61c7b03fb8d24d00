import type { DatabaseSync } from "node:sqlite";
import { invariant } from "#src/core/invariant.ts";
import type { Answering } from "./answer-call.ts";
import { type Flat, FlatReader } from "./flat.ts";
import { LogCut } from "./log-cut.ts";
import { isBusy } from "./sqlite-error.ts";
import { type StoreOperation, storeOperations } from "./store-messages.ts";
import { flushAppends, flushState, type StoreState, stateCommitted, stateRolledBack } from "./store-state.ts";
import { WholeRewrite } from "./whole-rewrite.ts";

/** A call as it stands in a message: `number, operation, length, …arguments` from `start` on. */
type PlacedCall = { readonly message: unknown; readonly start: number };

/** Number, operation, length. */
const callHeadLength = 3;

/**
 * Runs what has been asked since the last commit as one transaction, and answers after it: many
 * callers share one flush of the disk. If it fails, all of it goes back, file and memory, and each
 * call is tried alone, so that one that cannot be done takes nobody else's with it.
 */
export class GroupCommit {
  readonly #database: DatabaseSync;
  readonly #state: StoreState;
  readonly #answering: Answering;
  readonly #log: LogCut;
  readonly #rewrite: WholeRewrite;

  constructor(state: StoreState, answering: Answering) {
    this.#database = state.database;
    this.#state = state;
    this.#answering = answering;
    this.#log = new LogCut(state.database);
    this.#rewrite = new WholeRewrite(state.database);
  }

  /** Answers everything in the messages, in their order. */
  run(messages: readonly unknown[]): Flat {
    const all = messages.flatMap((message) => this.#placeCalls(message));
    const calls = all.filter((call) => operationOf(call) !== "cutLog");
    const answers = this.#runAll(calls);
    for (const call of all) {
      const operation = operationOf(call);
      if (operation === "cutLog") answers.push(...this.#cutLog(call));
      else if (operation === "sweep") this.#log.cutWhereOwed();
    }
    return answers;
  }

  /** `whether the file is written anew before`; answers whether the log is empty, and how the writing ended: see `store-client.ts`. */
  #cutLog(call: PlacedCall): Flat {
    const rewritten = new FlatReader(call.message, call.start + callHeadLength).flag() ? this.#rewrite.run() : null;
    const failure = rewritten?.kind === "failed" ? rewritten.message : null;
    return [numberOf(call), 0, 3, this.#log.cut() ? 1 : 0, rewritten?.kind === "large_file" ? 1 : 0, failure];
  }

  #runAll(calls: readonly PlacedCall[]): Flat {
    const answers: Flat = [];
    if (calls.length === 0) return answers;
    try {
      this.#commit(calls, answers);
      return answers;
    } catch (error) {
      if (error instanceof MemoryAstray) throw error;
      if (calls.length === 1) return failedAnswer(calls[0], error);
      // Whoever has locked the file has locked it for each of them: to try alone would wait it out once a call.
      if (isBusy(error)) return calls.flatMap((call) => failedAnswer(call, error));
    }
    return calls.flatMap((call) => this.#runAlone(call));
  }

  #runAlone(call: PlacedCall): Flat {
    const answers: Flat = [];
    try {
      this.#commit([call], answers);
      return answers;
    } catch (error) {
      if (error instanceof MemoryAstray) throw error;
      return failedAnswer(call, error);
    }
  }

  #commit(calls: readonly PlacedCall[], answers: Flat): void {
    let newest = 0;
    this.#database.exec("BEGIN");
    try {
      for (const { message, start } of calls) {
        const reader = new FlatReader(message, start);
        const number = reader.number();
        const operation = storeOperations[reader.number()];
        invariant(operation !== undefined && operation !== "cutLog", "the operation is one of a transaction");
        const end = reader.number() + reader.position;
        if (operation === "record") newest = new FlatReader(message, reader.position).number();
        const place = answers.push(number, 0, 0);
        this.#answering.answerCall(operation, reader, answers);
        flushAppends(this.#state);
        invariant(reader.position === end, `${operation} reads all that it was told`);
        answers[place - 1] = answers.length - place;
      }
      if (newest > 0) this.#answering.makeRoom(newest);
      flushState(this.#state);
      this.#database.exec("COMMIT");
    } catch (error) {
      inStep(() => {
        if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
        stateRolledBack(this.#state);
        this.#answering.rolledBack();
      });
      throw error;
    }
    inStep(() => stateCommitted(this.#state));
  }

  /** Takes the names in front, and finds where each call begins. */
  #placeCalls(message: unknown): PlacedCall[] {
    const reader = new FlatReader(message);
    for (let left = reader.number(); left > 0; left -= 1) this.#state.names.add(reader.text());
    const calls: PlacedCall[] = [];
    while (!reader.isAtEnd) {
      calls.push({ message, start: reader.position });
      reader.skip(2);
      reader.skip(reader.number());
    }
    return calls;
  }
}

/** Memory no longer says what the file says: the thread ends, and the next opening reads the file. */
class MemoryAstray extends Error {
  constructor(cause: unknown) {
    super(`the store's memory and its file have parted: ${cause instanceof Error ? cause.message : cause}`, { cause });
    this.name = "MemoryAstray";
  }
}

const inStep = (follow: () => void): void => {
  try {
    follow();
  } catch (error) {
    throw new MemoryAstray(error);
  }
};

const numberOf = ({ message, start }: PlacedCall): number => new FlatReader(message, start).number();

const operationOf = ({ message, start }: PlacedCall): StoreOperation | undefined =>
  storeOperations[new FlatReader(message, start + 1).number()];

const failedAnswer = (call: PlacedCall | undefined, error: unknown): Flat => {
  invariant(call !== undefined, "a call has failed");
  return [numberOf(call), 1, 1, error instanceof Error ? error.message : String(error)];
};
