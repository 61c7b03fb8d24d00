import { parentPort } from "node:worker_threads";
import { invariant } from "#src/core/invariant.ts";
import { openExchanger } from "./exchanger.ts";
import { addResult, decodeToThread, type Flat, newResults, readyMessage } from "./message-codec.ts";
import type { SenderSettings } from "./sender-settings.ts";

/** The program of a sender thread: orders come by message, results go back, those of one turn together. */
export const runSenderThread = (settings: SenderSettings): void => {
  const port = parentPort;
  invariant(port !== null, "this file is the program of a worker thread");
  let results: Flat | null = null;

  const flush = (): void => {
    if (results !== null) port.postMessage(results);
    results = null;
  };

  const exchanger = openExchanger(settings, (result) => {
    if (results === null) {
      results = newResults();
      setImmediate(flush);
    }
    addResult(results, result);
  });

  port.on("message", (message: unknown) => {
    const told = decodeToThread(message);
    switch (told.kind) {
      case "orders":
        for (const order of told.orders) exchanger.start(order);
        break;
      case "secrets":
        exchanger.setSecrets(told.secrets);
        break;
    }
  });
  port.postMessage(readyMessage);
};
