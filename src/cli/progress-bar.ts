import type { CommandClock } from "./command.ts";
import type { Terminal } from "./terminal.ts";

export type ProgressBar = {
  /** `share` from 0 to 1, or null where the end is not known. */
  readonly show: (done: number, share: number | null) => void;
  readonly clear: () => void;
};

const redrawMs = 100;
const barWidth = 24;

/** A line that a person watches; nothing at all in a pipe or a log file. */
export const openProgressBar = (terminal: Terminal, clock: CommandClock, unit: string): ProgressBar => {
  const startedAt = clock.monotonic();
  let drawnAt = Number.NEGATIVE_INFINITY;
  return {
    show: (done, share) => {
      const now = clock.monotonic();
      if (!terminal.isLive || now - drawnAt < redrawMs) return;
      drawnAt = now;
      terminal.redraw(progressLine({ done, share, unit, elapsedMs: now - startedAt }));
    },
    clear: () => terminal.redraw(""),
  };
};

const progressLine = (progress: {
  readonly done: number;
  readonly share: number | null;
  readonly unit: string;
  readonly elapsedMs: number;
}): string => {
  const perSecond = progress.elapsedMs > 0 ? Math.round((progress.done / progress.elapsedMs) * 1000) : 0;
  const count = `${progress.done.toLocaleString("en")} ${progress.unit}  ${perSecond.toLocaleString("en")}/s`;
  if (progress.share === null) return count;
  const share = Math.min(1, Math.max(0, progress.share));
  const filled = Math.round(share * barWidth);
  return `${"━".repeat(filled)}${"╌".repeat(barWidth - filled)} ${String(Math.floor(share * 100)).padStart(3)} %  ${count}`;
};
