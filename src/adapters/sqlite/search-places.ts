import { bucketCount } from "./search-segment.ts";

/** The logs that search follows, by the number under which their segments are stored. */
export const searchLogs = ["events", "postbacks", "amendments"] as const;
export type SearchLog = (typeof searchLogs)[number];

const segmentsMax = 2 ** 28;
const logsMax = 4;

/**
 * Where a bucket is in the file. A run has as many buckets as its segments have together, and begins where its
 * first segment would: those of one level stand one after the other, and merging writes them in their order.
 */
export const placeOf = (
  log: SearchLog,
  { level, segment, bucket }: { readonly level: number; readonly segment: number; readonly bucket: number },
): number => ((level * logsMax + searchLogs.indexOf(log)) * segmentsMax + segment) * bucketCount + bucket;
