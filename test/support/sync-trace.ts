/**
 * Reads what strace wrote (`-f -y -e trace=pwrite64,pwritev,write,writev,sendto,fdatasync,fsync`), in the order in which
 * the kernel saw it, and judges every 202: the log must have been written since the 202 before, and
 * a sync of it must have begun after its last write and have ended.
 */
export type SyncJudgement = { readonly answers: number; readonly unsynced: number };

const logFile = "data.db-wal>";

export const judgeSyncs = (trace: string): SyncJudgement => {
  let answers = 0;
  let unsynced = 0;
  let written = false;
  let synced = false;
  /** Threads whose sync of the log has begun after the last write and has not ended. */
  const syncing = new Set<string>();
  for (const line of trace.split("\n")) {
    const thread = /^\d+/.exec(line)?.[0] ?? "";
    if (/\b(pwrite64|pwritev|write)\(/.test(line) && line.includes(logFile)) {
      written = true;
      synced = false;
      syncing.clear();
    } else if (/\bf(data)?sync\(/.test(line) && line.includes(logFile)) {
      if (line.includes("<unfinished")) syncing.add(thread);
      else synced = true;
    } else if (/<\.\.\. f(data)?sync resumed>/.test(line)) {
      if (syncing.delete(thread)) synced = true;
    } else if (line.includes("HTTP/1.1 202")) {
      answers += 1;
      if (!written || !synced) unsynced += 1;
      written = false;
    }
  }
  return { answers, unsynced };
};
