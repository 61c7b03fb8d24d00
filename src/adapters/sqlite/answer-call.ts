import { cancelPostbacks, cancelReceiver } from "./cancel-rows.ts";
import { ConfigRows } from "./config-rows.ts";
import { EraseRows } from "./erase-rows.ts";
import type { Flat, FlatReader } from "./flat.ts";
import { FreePages } from "./free-pages.ts";
import { KnowledgeRows } from "./knowledge-rows.ts";
import { RecordRows } from "./record-rows.ts";
import { ReplayRows } from "./replay-rows.ts";
import { RerenderRows } from "./rerender-rows.ts";
import { RetentionRows } from "./retention-rows.ts";
import { claim, expireLeases, extendLease, nextDueAt, receiversDue, release } from "./schedule-rows.ts";
import { SettleRows } from "./settle-rows.ts";
import { StandingRows } from "./standing-rows.ts";
import type { StoreOperation } from "./store-messages.ts";
import type { StoreState } from "./store-state.ts";
import { SweepRows } from "./sweep-rows.ts";

/** Removed with each commit: as many events as it adds and these, so that retention catches up. */
const removedBesides = 16;

/** Does what a call asks, inside the transaction that is open, and pushes its result. */
export type AnswerCall = (operation: Exclude<StoreOperation, "cutLog">, call: FlatReader, answer: Flat) => void;

export type Answering = {
  readonly answerCall: AnswerCall;
  /** Inside the transaction, before its commit: history makes room for what was added. */
  readonly makeRoom: (at: number) => void;
  readonly rolledBack: () => void;
};

export const createAnswering = (state: StoreState): Answering => {
  const retention = new RetentionRows(state);
  const answerCall = createAnswerCall(state, retention);
  let eventsBefore = state.tally.counts.event;
  return {
    answerCall,
    makeRoom: (at) => {
      const added = state.tally.counts.event - eventsBefore;
      eventsBefore = state.tally.counts.event;
      if (added === 0 || state.retention === null) return;
      retention.removeEvents(at - state.retention.eventsMs, added + removedBesides);
    },
    rolledBack: () => {
      eventsBefore = state.tally.counts.event;
      retention.rolledBack();
    },
  };
};

const createAnswerCall = (state: StoreState, retention: RetentionRows): AnswerCall => {
  const record = new RecordRows(state);
  const settle = new SettleRows(state);
  const replay = new ReplayRows(state);
  const rerender = new RerenderRows(state);
  const erase = new EraseRows(state);
  const freePages = new FreePages(state.database);
  const sweep = new SweepRows(state, retention);
  const knowledge = new KnowledgeRows(state);
  const standing = new StandingRows(state);
  const config = new ConfigRows(state.database);
  return (operation, call, answer) => {
    switch (operation) {
      case "record":
        return record.record(call, answer);
      case "settle":
        return settle.settle(call, answer);
      case "receiversDue":
        return receiversDue(state, call, answer);
      case "nextDueAt":
        return nextDueAt(state, call, answer);
      case "claim":
        return claim(state, call, answer);
      case "extendLease":
        return extendLease(state, call, answer);
      case "release":
        return release(state, call);
      case "expireLeases":
        return expireLeases(state, call, answer);
      case "cancelReceiver":
        return cancelReceiver(state, call, answer);
      case "cancelPostbacks":
        return cancelPostbacks(state, call, answer);
      case "findDead":
        return replay.findDead(call, answer);
      case "replay":
        return replay.replay(call, answer);
      case "rerender":
        return rerender.rerender(call, answer);
      case "redeliver":
        return record.redeliver(call, answer);
      case "erase":
        return erase.erase(call, answer);
      case "wash":
        return freePages.wash(answer);
      case "sweep":
        return sweep.sweep(call, answer);
      case "lookUp":
        return knowledge.lookUp(call, answer);
      case "totals":
        return standing.totals(answer);
      case "standing":
        return standing.standing(call, answer);
      case "leased":
        return standing.leased(call, answer);
      case "freeBytes":
        return standing.freeBytes(answer);
      case "readConfig":
        return config.read(call, answer);
      case "writeConfig":
        return config.write(call, answer);
    }
  };
};
