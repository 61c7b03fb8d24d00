import type { PauseWire } from "#src/contract/pauses-contract.ts";

/** `partner example_network  since 2026-01-14T12:00:00.000Z by ops` */
export const pauseText = ({ level, id, since, by }: PauseWire): string =>
  `${id === null ? level : `${level} ${id}`}  since ${since} by ${by}`;
