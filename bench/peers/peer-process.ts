/**
 * What the processes of all peers share: a producer that enqueues the bench's events in batches, those
 * that come to it by HTTP or its own, and a worker that makes a job's request with undici.
 */
import { Agent, request } from "undici";
import { benchEvent } from "../support/bench-event.ts";
import { listenForBatches } from "./listen-for-batches.ts";

/** Carom's event, as an application would hand it to a queue. */
export type PostbackJob = Readonly<Record<string, string>>;

export type PeerProgram = {
  /** Resolves when the jobs are durable. */
  readonly enqueue: (jobs: readonly PostbackJob[]) => Promise<void>;
  /** Begins to work; `deliver` throws when the receiver does not answer 2xx. */
  readonly work: (deliver: (job: PostbackJob) => Promise<void>) => Promise<void>;
  /** Jobs whose completion is not recorded yet. */
  readonly left: () => Promise<number>;
  /** What makes it durable, as the running server tells it. */
  readonly durability: () => Promise<string>;
};

type Asked =
  | { readonly kind: "produce"; readonly first: number; readonly count: number }
  | { readonly kind: "left" | "durability" };

const lanes = 8;
const batch = 100;
const [role = "", , receiverUrl = ""] = process.argv.slice(2);
/** Where its server is. */
export const serverAddress = process.argv[3] ?? "";

/** Runs the program as the role that the process was started for: `producer` or `worker`. */
export const runPeer = async (program: PeerProgram): Promise<void> => {
  const url = role === "worker" ? null : await listenForBatches(program.enqueue);
  if (role === "worker") await program.work(deliverer());
  process.on("message", (asked: Asked) => {
    answer(program, asked).catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
  });
  process.send?.({ kind: "ready", url });
};

const answer = async (program: PeerProgram, asked: Asked): Promise<void> => {
  switch (asked.kind) {
    case "produce":
      process.send?.({ kind: "produced", startedUs: await produce(program, asked) });
      return;
    case "left":
      process.send?.({ kind: "left", count: await program.left() });
      return;
    case "durability":
      process.send?.({ kind: "durability", text: await program.durability() });
  }
};

const produce = async (
  program: PeerProgram,
  { first, count }: { readonly first: number; readonly count: number },
): Promise<number> => {
  const startedUs = nowUs();
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const from = next;
      next = Math.min(count, next + batch);
      await program.enqueue(Array.from({ length: next - from }, (_, index) => jobOf(first + from + index)));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return startedUs;
};

const jobOf = (number: number): PostbackJob =>
  JSON.parse(benchEvent({ id: null, name: "level_up", number, sentUs: nowUs() }));

/** The same twelve values as in Carom's template. */
const deliverer = (): ((job: PostbackJob) => Promise<void>) => {
  const dispatcher = new Agent({ connections: 256, pipelining: 1 });
  return async (job) => {
    const value = (name: string): string => encodeURIComponent(job[name] ?? "");
    const installed = Math.floor(Date.parse(job["install_time"] ?? "") / 1000);
    const { statusCode, body } = await request(
      `${receiverUrl}/postback?n=${value("clickid")}&t=${value("af_siteid")}&pid=${value("media_source")}&event=lvl&advertising_id=${value("advertising_id")}&install_time=${installed}&country=${value("country_code")}&os=${value("os_version")}&device=${value("device_model")}&c=${value("campaign")}&v=${value("app_version")}&lang=${value("language")}`,
      { dispatcher },
    );
    await body.dump();
    if (statusCode < 200 || statusCode > 299) throw new Error(`the receiver answered ${statusCode}`);
  };
};

const nowUs = (): number => Math.round((performance.timeOrigin + performance.now()) * 1000);
