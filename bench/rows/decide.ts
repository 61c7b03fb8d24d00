import { startChild } from "../support/child.ts";

export type DecideRates = { readonly oneMatch: number; readonly tenMatches: number };

/** Events decided and rendered a second on one core, with 10,000 apps of ten integrations. */
export const measureDecide = async (dialect: "appsflyer" | "carom"): Promise<DecideRates> => {
  const child = startChild("./decide-process.ts", ["10000", dialect]);
  const { oneMatch, tenMatches } = await child.hear("done");
  await child.end();
  return { oneMatch: Number(oneMatch), tenMatches: Number(tenMatches) };
};
