/** Epoch milliseconds as RFC 3339 in UTC with milliseconds: the only form of a time on the wire. */
export const timeText = (atMs: number): string => new Date(atMs).toISOString();

export const timeTextOrNull = (atMs: number | null): string | null => (atMs === null ? null : timeText(atMs));
