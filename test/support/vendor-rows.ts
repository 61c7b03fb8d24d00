import { of, type Row } from "./authorisation-row.ts";
import { shop } from "./several-accounts.ts";

const leanplum = `?action=listPostbacks&appId=${shop}&apiVersion=1.0.6`;
const anybodyElse = of("refused", "refused", "refused", "refused");
export const vendorRows: readonly Row[] = [
  ...["callLeanplum", "askLeanplum"].map((operation) => ({
    operation,
    keyAs: (secret: string) => ({ query: `&clientKey=${secret}` }),
    admits: ["export", "editor", "admin", "owner", "operator"] as const,
    expected: anybodyElse,
    ask: () => ({ query: leanplum }),
  })),
  {
    operation: "sendAppsFlyerEvent",
    keyAs: (authentication) => ({ headers: { authentication } }),
    admits: ["ingest", "editor", "admin", "owner", "operator"],
    expected: anybodyElse,
    ask: () => ({ params: { app_id: shop }, payload: { appsflyer_id: "1-2", eventName: "purchase", eventValue: "" } }),
  },
  {
    operation: "pushAppsFlyerRow",
    keyAs: (authorization) => ({ headers: { authorization } }),
    admits: ["ingest", "editor", "admin", "owner", "operator"],
    expected: anybodyElse,
    ask: () => ({ payload: pushedRow }),
  },
  {
    operation: "pushAppsFlyerQuery",
    keyAs: (authorization) => ({ headers: { authorization } }),
    admits: ["ingest", "editor", "admin", "owner", "operator"],
    expected: anybodyElse,
    ask: () => ({ query: `?${new URLSearchParams(pushedRow)}` }),
  },
  ...["Track", "Page", "Screen", "Identify", "Group", "Alias", "Batch"].map((call) => ({
    operation: `segment${call}`,
    keyAs: (secret: string) => ({
      headers: { authorization: `Basic ${Buffer.from(`${secret}:`).toString("base64")}` },
    }),
    // A write key says which app it is: each sends to its own, and no other can be named.
    admits: ["ingest", "ingest of rival"] as const,
    expected: anybodyElse,
    ask: () => ({ payload: call === "Batch" ? { batch: [{ ...segmentMessage, type: "track" }] } : segmentMessage }),
  })),
];

const pushedRow = { app_id: shop, event_name: "purchase", event_time: "2026-01-14 12:00:00.000", appsflyer_id: "1-2" };
const segmentMessage = { userId: "u", previousId: "p", groupId: "g", event: "purchase", name: "purchase" };
