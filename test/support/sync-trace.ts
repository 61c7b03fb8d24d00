/**
 * Reads what strace wrote (`-f -y -e trace=read,pwrite64,pwritev,write,writev,sendto,fdatasync,fsync`),
 * in the order in which the kernel saw it, and judges everything that was told: since its cause the
 * log must have been written, and a sync of it must have begun after its last write and have ended.
 */
export type SyncJudgement = { readonly told: number; readonly unsynced: number };

export type Telling = {
  /** The line that tells: of something that must be durable by then. */
  readonly tells: RegExp;
  /** The line of its cause, before which nothing that was written counts; without one the telling before. */
  readonly cause?: RegExp;
};

/** The answer to a request at one of the ways in tells that its events are durable: 202, or 200 at those of other products. */
export const acknowledgement: Telling = {
  tells: /\b(write|writev|sendto|sendmsg)\(.*"HTTP\/1\.1 20[02]/,
  cause: /\bread(\(| resumed>).*"(POST|GET) \/(v1\/(events|track|batch)|inappevent|appsflyer\/push)\b/,
};

/** The API tells of an outcome, which the receiver's answer caused. */
export const outcome: Telling = {
  tells: /\b(write|writev|sendto|sendmsg)\(.*\\"state\\":\\"delivered\\"/,
  cause: /\bread(\(| resumed>).*"HTTP\/1\.1 200/,
};

const logFile = "data.db-wal>";

export const judgeSyncs = (trace: string, { tells, cause }: Telling): SyncJudgement => {
  let told = 0;
  let unsynced = 0;
  let isAwaited = cause === undefined;
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
    } else if (cause?.test(line) === true) {
      isAwaited = true;
      written = false;
    } else if (isAwaited && tells.test(line)) {
      told += 1;
      if (!written || !synced) unsynced += 1;
      written = false;
      // Told again it tells nothing new.
      isAwaited = cause === undefined;
    }
  }
  return { told, unsynced };
};
