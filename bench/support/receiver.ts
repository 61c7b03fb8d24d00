import { startChild } from "./child.ts";

export type ReceiverReport = {
  readonly heard: number;
  readonly distinct: number;
  readonly doubled: number;
  /** Epoch microseconds of the first and of the last expected request. */
  readonly firstAt: number;
  readonly lastAt: number;
  readonly latencyUs: { readonly p50: number; readonly p99: number; readonly max: number };
};

export type BenchReceiver = {
  readonly url: string;
  readonly expect: (count: number) => Promise<void>;
  readonly allHeard: () => Promise<void>;
  readonly report: () => Promise<ReceiverReport>;
  readonly end: () => Promise<void>;
};

export const startReceiver = async (): Promise<BenchReceiver> => {
  const child = startChild("./receiver-process.ts");
  const { port } = await child.hear("listening");
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
      return (await child.hear("report")) as unknown as ReceiverReport;
    },
    end: () => child.end(),
  };
};
