import { startChild } from "./child.ts";

export type ReceiverReport = {
  readonly heard: number;
  readonly distinct: number;
  readonly doubled: number;
  /** Epoch microseconds of the first and of the last expected request. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** CPU it took for them. */
  readonly busyUs: number;
  readonly latencyUs: { readonly p50: number; readonly p99: number; readonly max: number };
};

export type BenchReceiver = {
  readonly url: string;
  readonly expect: (count: number) => Promise<void>;
  readonly allHeard: () => Promise<void>;
  readonly report: () => Promise<ReceiverReport>;
  /** Of each report, the share of one core that it took: near 1 the receiver limits what is measured. */
  readonly busyShares: readonly number[];
  readonly end: () => Promise<void>;
};

export const startReceiver = async (): Promise<BenchReceiver> => {
  const child = startChild("./receiver-process.ts");
  const { port } = await child.hear("listening");
  const busyShares: number[] = [];
  return {
    url: `http://127.0.0.1:${port}`,
    expect: async (count) => {
      child.tell({ kind: "expect", count });
      await child.hear("expecting");
    },
    allHeard: async () => {
      await child.hear("all_heard");
    },
    report: async () => {
      child.tell({ kind: "report" });
      const report = (await child.hear("report")) as unknown as ReceiverReport;
      busyShares.push(report.busyUs / (report.lastAt - report.firstAt));
      return report;
    },
    busyShares,
    end: () => child.end(),
  };
};
