import { type Child, startChild } from "./child.ts";

export type ReceiverReport = {
  readonly heard: number;
  readonly distinct: number;
  readonly doubled: number;
  /** Requests with a number of a run before. */
  readonly late: number;
  /** Epoch microseconds of the first and of the last expected request. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** CPU it took for them. */
  readonly busyUs: number;
  readonly latencyUs: { readonly p50: number; readonly p99: number; readonly max: number };
};

export type ExpectedWithin = {
  /** How many numbers they are out of; by default as many as are expected. */
  readonly numbers?: number;
  /** Of so many first numbers the latency is not measured. */
  readonly cold?: number;
};

export type BenchReceiver = {
  readonly url: string;
  /** It is to hear `count` different numbers. Answers the first that they may be: no run has those of another. */
  readonly expect: (count: number, within?: ExpectedWithin) => Promise<number>;
  /** Resolves when every expected number was heard; throws when that takes minutes, for then one is lost. */
  readonly allHeard: (waitMs?: number) => Promise<void>;
  readonly report: () => Promise<ReceiverReport>;
  /** Of each report, the share of one core that it took: near 1 the receiver limits what is measured. */
  readonly busyShares: readonly number[];
  readonly end: () => Promise<void>;
};

export const startReceiver = async (): Promise<BenchReceiver> => {
  const child = startChild("./receiver-process.ts");
  const { port } = await child.hear("listening");
  const busyShares: number[] = [];
  let next = 0;
  return {
    url: `http://127.0.0.1:${port}`,
    expect: async (count, { numbers = count, cold = 0 } = {}) => {
      const first = next;
      next += numbers;
      child.tell({ kind: "expect", count, first, numbers, cold });
      await child.hear("expecting");
      return first;
    },
    allHeard: (waitMs = waitMsMax) =>
      withinDeadline(child.hear("all_heard"), { waitMs, distinct: async () => (await report(child)).distinct }),
    report: async () => {
      const told = await report(child);
      busyShares.push(told.busyUs / (told.lastAt - told.firstAt));
      return told;
    },
    busyShares,
    end: () => child.end(),
  };
};

const report = async (child: Child): Promise<ReceiverReport> => {
  child.tell({ kind: "report" });
  return (await child.hear("report")) as unknown as ReceiverReport;
};

const waitMsMax = 300_000;

const withinDeadline = async (
  heard: Promise<unknown>,
  { waitMs, distinct }: { readonly waitMs: number; readonly distinct: () => Promise<number> },
): Promise<void> => {
  const deadline = Promise.withResolvers<void>();
  const timer = setTimeout(async () => {
    deadline.reject(new Error(`only ${await distinct()} different numbers were heard in ${waitMs / 60_000} minutes`));
  }, waitMs);
  try {
    await Promise.race([heard, deadline.promise]);
  } finally {
    clearTimeout(timer);
  }
};
